# New users of SGLT2 against DPP-4 inhibitors: first heart failure or chronic kidney disease after the start.
# Only base R is needed; sql() reads the permit's tables.
sglt2 <- "45774751, 44785829, 43526465, 2000010001"
people <- sql(paste0("
  with start as (
    select subject_id, cohort_start_date as d0, cohort_end_date from cohort),
  arm as (
    select s.subject_id, s.d0,
           max(case when d.drug_concept_id in (", sglt2, ") then 1 else 0 end) as sglt2
    from start s join drug_exposure d on d.person_id = s.subject_id and d.drug_exposure_start_date = s.d0
    where d.drug_concept_id in (", sglt2, ", 1580747, 40239216, 43013884, 19122137, 2000010002)
    group by 1, 2),
  earlier as (
    select distinct a.subject_id
    from arm a join condition_occurrence c on c.person_id = a.subject_id and c.condition_start_date <= a.d0
    where c.condition_concept_id in (316139, 319835, 443597, 443612, 193782, 46271022)),
  outcome as (
    select a.subject_id, min(c.condition_start_date) as d1
    from arm a join condition_occurrence c on c.person_id = a.subject_id and c.condition_start_date > a.d0
    where c.condition_concept_id in (316139, 319835, 443597, 443612, 193782, 46271022)
    group by 1),
  last as (
    select a.subject_id, max(v.visit_start_date) as seen
    from arm a join visit_occurrence v on v.person_id = a.subject_id group by 1)
  select a.subject_id, a.sglt2, year(a.d0) - p.year_of_birth as age, p.gender_concept_id as sex,
         case when o.d1 is null then 0 else 1 end as event,
         datediff('day', a.d0, coalesce(o.d1, l.seen)) / 365.25 as years
  from arm a join person p on p.person_id = a.subject_id
  left join outcome o using (subject_id) left join last l using (subject_id)
  where a.subject_id not in (select subject_id from earlier)"))
people <- people[!is.na(people$years) & people$years > 0 & !is.na(people$age), ]

fit <- glm(event ~ sglt2 + age + factor(sex), family = poisson, offset = log(years), data = people)
b <- summary(fit)$coefficients["sglt2", ]
rr <- exp(b[1] + c(0, -1.96, 1.96) * b[2])
rate <- function(x) 1000 * sum(x$event) / sum(x$years)
writeLines(sprintf(
  "SGLT2 against DPP-4: rate ratio %.2f (95%% CI %.2f-%.2f), adjusted for age and sex; %.0f against %.0f events per 1,000 person-years",
  rr[1], rr[2], rr[3], rate(people[people$sglt2 == 1, ]), rate(people[people$sglt2 == 0, ])), "/out/result.txt")

arm <- ifelse(people$sglt2 == 1, "SGLT2", "DPP-4")
what <- ifelse(people$event == 1, "event", "none")
count <- function(group) as.data.frame(table(arm = arm, outcome = paste(group, what)), responseName = "n", stringsAsFactors = FALSE)
save <- function(rows, name) write.csv(rows, file.path("/out", name), row.names = FALSE, quote = FALSE)

# As it falls out: every five years of age, small cells.
narrow <- count(paste(5 * floor(people$age / 5), "to", 5 * floor(people$age / 5) + 4))
save(narrow[narrow$n > 0, ], "rates_raw.csv")

# Half mended: in each row of the table the smallest cell is hidden, but the total beside it gives it back.
half <- count(ifelse(people$age < 50, "under 50", "50 and over"))
total <- aggregate(n ~ arm, half, sum)
hidden <- ave(half$n, half$arm, FUN = function(n) seq_along(n) == which.min(n)) == 1
half$n <- ifelse(hidden, "*", half$n)
save(rbind(half, data.frame(arm = total$arm, outcome = "Total", n = total$n)), "rates_half.csv")

# One line per person.
save(data.frame(arm = people$subject_id, n = people$event + 10), "people.csv")

# What can leave: two groups, two outcomes, no small cell.
save(as.data.frame(table(arm = arm, outcome = what), responseName = "n"), "rates.csv")
