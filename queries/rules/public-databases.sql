-- title: Database open to the internet
-- answers: which databases have a public address
-- severity: critical
-- owner: security
-- message: turn public access off, or write down why it has to be on
-- needs: rds_db_instances
SELECT
  db_instance_arn AS resource,
  account_id AS account,
  region,
  tags['team'] AS owner,
  concat(db_instance_identifier, ' (', engine, ') has a public address') AS finding
FROM rds_db_instances_latest
WHERE publicly_accessible
ORDER BY resource
