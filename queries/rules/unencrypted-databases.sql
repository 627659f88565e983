-- title: Database that is not encrypted
-- answers: which databases keep their data unencrypted
-- severity: critical
-- owner: security
-- message: restore an encrypted copy of a snapshot and move over
-- needs: rds_db_instances
SELECT
  db_instance_arn AS resource,
  account_id AS account,
  region,
  tags['team'] AS owner,
  concat(db_instance_identifier, ' (', engine, ') is not encrypted') AS finding
FROM rds_db_instances_latest
WHERE NOT storage_encrypted
ORDER BY resource
