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
  e.share AS saved_share,
  concat(d.engine, ' runs on Graviton as it is, for about ', CAST(CAST(round(100 * e.share) AS bigint) AS varchar), ' % less') AS explanation
FROM rds_db_instances_latest d
JOIN (
  -- List prices an hour, us-east-1, MySQL, one zone, as at least two public price tables have them: db.m5.large and
  -- db.m6i.large 0.171, db.m6g.large 0.152; db.r5.large and db.r6i.large 0.24, db.r6g.large 0.215; db.t3.medium 0.068,
  -- db.t4g.medium 0.065. Of r6g tables differ (0.215 to 0.228): its share is an assumption; a file of this name in
  -- --queries DIR puts another in its place.
  VALUES ('m5', 'm6g', 0.11e0), ('m6i', 'm6g', 0.11e0), ('r5', 'r6g', 0.1e0), ('r6i', 'r6g', 0.1e0), ('t3', 't4g', 0.04e0)
) e (old, new, share) ON split_part(d.db_instance_class, '.', 2) = e.old
WHERE d.engine IN ('postgres', 'mysql', 'mariadb', 'aurora-mysql', 'aurora-postgresql')
ORDER BY resource
