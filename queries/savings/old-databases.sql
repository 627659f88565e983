-- title: Database on a previous generation
-- answers: which databases run on a class that has a newer one of the same size
-- kind: RDS instance
-- finding: PREVIOUS_GENERATION
-- action: Upgrade
-- effort: Low
-- needs: rds_db_instances
SELECT
  d.db_instance_arn AS resource,
  d.db_instance_identifier AS name,
  d.account_id AS account,
  d.region,
  d.db_instance_class AS current,
  concat('db.', e.new, '.', split_part(d.db_instance_class, '.', 3)) AS recommended,
  CAST(NULL AS double) AS monthly_savings,
  CAST(NULL AS double) AS saved_share,
  concat('db.', e.new, ' is the newer class of the same size') AS explanation
FROM rds_db_instances_latest d
JOIN (
  -- What the newer class costs less differs by engine and region, and is little: db.t2 and db.t3 have the same list
  -- price. So no saving is named; the newer class is faster, and the older ones are going.
  VALUES ('m3', 'm5'), ('m4', 'm5'), ('r3', 'r5'), ('r4', 'r5'), ('t2', 't3')
) e (old, new) ON split_part(d.db_instance_class, '.', 2) = e.old
ORDER BY resource
