-- title: Database without a team tag
-- answers: which databases cannot be charged to a team
-- severity: warning
-- owner: finance
-- message: tag it with the team that runs it
-- param key text default 'team': the tag that has to be there
-- needs: rds_db_instances
SELECT
  db_instance_arn AS resource,
  account_id AS account,
  region,
  concat('no tag ', :key, ' on ', db_instance_identifier, ' (', db_instance_class, ')') AS finding
FROM rds_db_instances_latest
WHERE coalesce(element_at(tags, :key), '') = ''
ORDER BY resource
