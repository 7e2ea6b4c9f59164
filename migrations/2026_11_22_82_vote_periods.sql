-- A period that receipt sets running may be given in months as well; weeks are days, and a year is twelve months.
ALTER TABLE formal_notice
    ADD COLUMN period_months integer CHECK (period_months BETWEEN 1 AND 12),
    ADD CHECK (num_nonnulls(period_days, period_months) < 2);
