# How many people began each drug, year by year: a figure, and the numbers behind it.
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from minato import sql

SGLT2 = "45774751, 44785829, 43526465, 2000010001"
rows = sql(f"""
  select case when d.drug_concept_id in ({SGLT2}) then 'SGLT2' else 'DPP-4' end as arm,
         case when year(c.cohort_start_date) < 2021 then '2016-2020' else '2021-2025' end as outcome,
         count(distinct c.subject_id) as n
  from cohort c join drug_exposure d on d.person_id = c.subject_id and d.drug_exposure_start_date = c.cohort_start_date
  where d.drug_concept_id in ({SGLT2}, 1580747, 40239216, 43013884, 19122137, 2000010002)
  group by 1, 2 order by 1, 2""")
rows.to_csv("/out/figure_data.csv", index=False)

fig, ax = plt.subplots(figsize=(6, 3.6))
for i, (arm, part) in enumerate(rows.groupby("arm")):
    ax.bar([x + i * 0.38 for x in range(len(part))], part["n"], width=0.36, label=arm)
ax.set_xticks([0.19, 1.19])
ax.set_xticklabels(sorted(rows["outcome"].unique()))
ax.set_ylabel("people who newly began")
ax.legend()
fig.tight_layout()
fig.savefig("/out/figure.png", metadata={"Software": None})
