-- title: Database without backups
-- answers: which databases keep no automatic backups
-- severity: critical
-- owner: operations
-- message: set a retention of seven days or more
-- needs: rds_db_instances
SELECT
  db_instance_arn AS resource,
  account_id AS account,
  region,
  tags['team'] AS owner,
  concat(db_instance_identifier, ' (', engine, ') keeps no automatic backups') AS finding
FROM rds_db_instances_latest
WHERE backup_retention_days = 0
  AND read_replica_source IS NULL
ORDER BY resource
