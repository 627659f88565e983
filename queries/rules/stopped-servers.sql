-- title: Server stopped for 30 days
-- answers: which servers have been off for a month while their volumes cost on
-- severity: warning
-- owner: operations
-- message: keep an image and terminate it
-- param days number default 30: days after which a stopped server is listed
-- needs: ec2_instances
SELECT
  instance_id AS resource,
  account_id AS account,
  region,
  tags['team'] AS owner,
  concat(coalesce(name, instance_id), ' stopped since ', CAST(CAST(stopped_at AS date) AS varchar)) AS finding
FROM ec2_instances_latest
WHERE state = 'stopped'
  AND stopped_at < date_add('day', -(:days), CAST(current_date AS timestamp))
ORDER BY resource
