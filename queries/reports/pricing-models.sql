-- title: On demand, committed, spot
-- answers: how much of each month is paid at on-demand prices, under commitments and for spot
-- topic: overview
SELECT
  billing_period AS month,
  coalesce(PricingCategory, '(none)') AS pricing,
  round(sum(EffectiveCost), 2) AS amortized,
  round(100 * sum(EffectiveCost)
    / nullif(sum(sum(EffectiveCost)) OVER (PARTITION BY billing_period), 0), 1) AS percent
FROM costs
WHERE ChargeCategory IN ('Usage', 'Purchase')
GROUP BY 1, 2
ORDER BY 1, amortized DESC, pricing
