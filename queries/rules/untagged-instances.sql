-- title: Server without a team tag
-- answers: which servers cannot be charged to a team
-- severity: warning
-- owner: finance
-- message: tag it with the team that runs it
-- needs: ec2_instances
SELECT
  instance_id AS resource,
  account_id AS account,
  region,
  concat('no tag team on ', coalesce(name, instance_id), ' (', instance_type, ')') AS finding
FROM ec2_instances_latest
WHERE state <> 'terminated'
  AND coalesce(tags['team'], '') = ''
ORDER BY resource
