-- title: Operating system past its end of life
-- answers: which servers run a system that gets no security updates any more
-- severity: critical
-- owner: operations
-- message: upgrade or replace the server
-- needs: aws_instanceinformation
SELECT
  i.resourceid AS resource,
  i.accountid AS account,
  i.region,
  concat(i.platformname, ' ', i.platformversion, ' reached its end of life on ', e.ended) AS finding
FROM aws_instanceinformation_latest i
JOIN (
  -- Two sources each: endoflife.date (ubuntu, centos, debian, amazon-linux, windows-server) and the makers' own
  -- announcements; of Ubuntu 14.04 and 16.04 they agree on the month, of which the last day is taken. Debian counts
  -- its long-term support.
  VALUES
    ('Ubuntu', '14.04', '2019-04-30'),
    ('Ubuntu', '16.04', '2021-04-30'),
    ('Ubuntu', '18.04', '2023-05-31'),
    ('Ubuntu', '20.04', '2025-05-31'),
    ('CentOS Linux', '6', '2020-11-30'),
    ('CentOS Linux', '7', '2024-06-30'),
    ('CentOS Linux', '8', '2021-12-31'),
    ('Debian GNU/Linux', '9', '2022-06-30'),
    ('Debian GNU/Linux', '10', '2024-06-30'),
    ('Amazon Linux AMI', '2018.03', '2023-12-31'),
    ('Amazon Linux', '2', '2026-06-30'),
    ('Microsoft Windows Server 2012 R2 Standard', '6.3.9600', '2023-10-10'),
    ('Microsoft Windows Server 2012 Standard', '6.2.9200', '2023-10-10')
) e (platform, version, ended)
  ON i.platformname = e.platform
  AND (i.platformversion = e.version OR i.platformversion LIKE concat(e.version, '.%'))
WHERE e.ended < CAST(current_date AS varchar)
  AND coalesce(i.instancestatus, 'Active') <> 'Terminated'
ORDER BY resource
