-- How much there is in each table of the permit.
select 'person' as source, count(*) as n from person
union all select 'condition_occurrence', count(*) from condition_occurrence
union all select 'drug_exposure', count(*) from drug_exposure
union all select 'measurement', count(*) from measurement
union all select 'visit_occurrence', count(*) from visit_occurrence
order by 1;
