-- title: Volume without a team tag
-- answers: which volumes cannot be charged to a team
-- severity: info
-- owner: finance
-- message: tag it as its server is tagged
-- param key text default 'team': the tag that has to be there
-- needs: ec2_volumes
SELECT
  volume_id AS resource,
  account_id AS account,
  region,
  concat('no tag ', :key, ' on ', CAST(size_gib AS varchar), ' GiB of ', volume_type) AS finding
FROM ec2_volumes_latest
WHERE coalesce(element_at(tags, :key), '') = ''
ORDER BY resource
