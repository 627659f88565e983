-- title: Database that Graviton would run for less
-- answers: which databases of open engines could move to a class with Graviton processors
-- kind: RDS instance
-- finding: NOT_OPTIMIZED
-- action: MigrateToGraviton
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
  0.1e0 AS saved_share,
  concat(d.engine, ' runs on Graviton as it is, for about a tenth less') AS explanation
FROM rds_db_instances d
JOIN (
  VALUES ('m5', 'm6g'), ('m6i', 'm6g'), ('r5', 'r6g'), ('r6i', 'r6g'), ('t3', 't4g')
) e (old, new) ON split_part(d.db_instance_class, '.', 2) = e.old
WHERE d.snapshot_date = (SELECT max(snapshot_date) FROM rds_db_instances)
  AND d.engine IN ('postgres', 'mysql', 'mariadb', 'aurora-mysql', 'aurora-postgresql')
ORDER BY resource
