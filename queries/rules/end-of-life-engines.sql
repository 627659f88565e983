-- title: Database engine past its end of life
-- answers: which databases run a version whose standard support has ended, which costs extra or is upgraded by force
-- severity: critical
-- owner: operations
-- message: upgrade the engine; extended support is charged by processor and hour
-- needs: rds_db_instances
SELECT
  d.db_instance_arn AS resource,
  d.account_id AS account,
  d.region,
  d.tags['team'] AS owner,
  concat(d.engine, ' ', d.engine_version, ' had its end of standard support on ', e.ended) AS finding
FROM rds_db_instances_latest d
JOIN (
  -- Two sources each: endoflife.date (amazon-rds-mysql, -mariadb, -postgresql; read from AWS's release calendars),
  -- and AWS: RDS User Guide, "Using Amazon RDS Extended Support" (MySQL 5.7), Aurora User Guide, the same chapter
  -- (Aurora MySQL 2), AWS Database Blog, "Upgrade strategies … PostgreSQL 12", AWS Health notices (PostgreSQL 11,
  -- 13; MySQL 8.0), aws-cdk pull request 34046 (MariaDB 10.4). RDS has upgraded older versions by force.
  VALUES
    ('mysql', '5.7', '2024-02-29'),
    ('mysql', '8.0', '2026-07-31'),
    ('aurora-mysql', '5.7', '2024-10-31'),
    ('mariadb', '10.4', '2025-02-28'),
    ('postgres', '11', '2024-02-29'),
    ('postgres', '12', '2025-02-28'),
    ('postgres', '13', '2026-02-28')
) e (engine, version, ended)
  ON d.engine = e.engine
  AND (d.engine_version = e.version OR d.engine_version LIKE concat(e.version, '.%'))
WHERE e.ended < CAST(current_date AS varchar)
ORDER BY resource
