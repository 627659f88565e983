import Foundation

/// `kakeibo help`, by topic.
enum Help {
  static let version = "0.1.0"

  static func printVersion() -> Int32 {
    print("kakeibo \(version)")
    return 0
  }

  static var topicNames: [String] { topics.keys.sorted() }

  /// Prints a topic; unknown ones are an error with the list of those there are.
  static func printTopic(_ name: String) -> Int32 {
    guard let text = topics[name] else {
      let known = topics.keys.sorted().joined(separator: ", ")
      FileHandle.standardError.write(
        Data("error: no help on '\(name)'; there is help on \(known)\n".utf8))
      return ExitCode.wrongRequest.rawValue
    }
    print(text)
    return name == "start" ? ExitCode.wrongRequest.rawValue : ExitCode.done.rawValue
  }

  private static let topics: [String: String] = [
    "start": """
    kakeibo: cloud bills and inventory as tables, SQL, budgets and alerts, in one program

      kakeibo demo                  a sample organisation, loaded and evaluated
      kakeibo ingest FOLDER         load reports: CUR, CUR 2.0, FOCUS, SSM, EC2, CloudWatch, Config
      kakeibo query 'SELECT …'      Athena's SQL over the lake, or over files
      kakeibo help                  everything else
    """,
    "commands": """
    usage: kakeibo [--lake DIR] [--threads N] [--memory SIZE] [--as-of TIME] [--quiet] COMMAND …

    look
      demo [DIR]                  the sample organisation, loaded and evaluated in DIR
      query [SQL]                 run statements over the lake and over files; alone, a shell
      report NAME | --list        run a query of the library by name
    load
      ingest PATH…                recognise reports and load them
    evaluate
      init [PATH…]                look at what is here, write a config for nightly
      nightly --config FILE       ingest, evaluate, alert, publish: the batch
      costs                       bills in five views; categories, shared costs, currency by rule
      budgets --config FILE       budgets against actual and forecast cost
      commitments                 Savings Plans and reservations: use, coverage, savings, expiry
      forecast                    the month's cost, in total and by account and service
      anomalies                   what cost more than its past explains, and why
      rightsize                   servers that are too large, too small or idle
      rules                       resources that break a rule of queries/rules
    prove
      reconcile [PERIOD…]         whether each bill adds up, in every view
      doctor                      what is fresh, missing and rejected, and why there is no data
    publish
      series --out DIR            dashboard series as JSON and CSV
      dashboard --out FILE.html   one self-contained page
      metrics --out FILE.prom     OpenMetrics text
    for your shell
      completions bash|zsh|fish   words that Tab completes
    look after the lake
      lake tables | history TABLE | check [TABLE] | vacuum | ddl --engine ENGINE

    'kakeibo help COMMAND' says more; further topics: shell, schemas, formats, exit-codes,
    environment.
    """,
    "demo": """
    usage: kakeibo demo [DIR]

    Writes a small organisation's bills, inventory, metrics and budgets into DIR (kakeibo-demo
    by default), loads and evaluates them there, and says what to try next. Safe to run twice.

      kakeibo demo
      kakeibo demo /tmp/look
    """,
    "init": """
    usage: kakeibo init [PATH…] [-o FILE] [--force] [--dry-run]

    Looks at what is here, or at the paths: reports, listings, metrics, budgets, schemas of your own,
    a lake. Writes a commented config for 'nightly' that names them, nightly.json by default, and
    leaves one that is there alone. Nothing is loaded. --dry-run prints it instead.

      kakeibo init
      kakeibo init ~/cur s3://bucket/inventory/
    """,
    "nightly": """
    usage: kakeibo nightly --config FILE [--exit-code] [--cache DIR] [--aws PROGRAM] [--offline]

    Loads every source of the config, evaluates budgets, forecasts, anomalies, sizes and rules,
    sends what is new to the channels, writes series, metrics and the page. Safe to run twice: the
    same delivery changes nothing, an alert is sent once per crossing and period. One run at a
    time per lake. --exit-code ends with 3 while something is in alarm.

      kakeibo nightly --config nightly.json
      kakeibo --as-of 2026-10-25T06:00:00Z nightly --config nightly.json --exit-code
    """,
    "ingest": """
    usage: kakeibo ingest PATH… [--report KIND] [--table NAME] [--max-bad-rows N] [--name NAME]
                          [--replace] [--cache DIR] [--aws PROGRAM] [--offline]
           kakeibo ingest --kinds

    Recognises what is at the paths and loads it: legacy CUR, CUR 2.0 and FOCUS, SSM inventory,
    listings of the AWS CLI, CloudWatch and Prometheus metrics, AWS Config snapshots, exports and
    answers of Compute Optimizer, Cost Optimization Hub, Trusted Advisor and Cost Explorer, and
    whatever a schema file of your own describes ('kakeibo help schemas'). --kinds lists what is
    known and by what a file is recognised. A manifest decides which files belong to a version of a
    bill. Without one, all files of a month belong into one call: fewer files with fewer rows than
    the lake has of that month are refused unless --replace says that the bill did become smaller.
    Each delivery becomes visible in one commit. What cannot be loaded does not keep the rest from
    it; the exit code is 1 then.

    PATH is a file, a folder, a glob ('*', '?', '[a-c]', and '**' for any number of folders), a
    place in S3, or '-' for standard input. Names that begin with '.' or '_' are passed over
    below folders. --name says what standard input is called, by which its next delivery
    replaces this one.

    s3://BUCKET/PREFIX, an object or a glob, is read by the AWS CLI that is in PATH (or --aws,
    KAKEIBO_AWS) with its own credentials, profile, region and endpoint. Manifests are fetched
    first, then only what the current ones name. Objects are proven by size and ETag, kept in
    --cache (KAKEIBO_CACHE, else ~/.cache/kakeibo/s3), and fetched again only when they change;
    --offline loads from there and asks nobody.

      kakeibo ingest ~/cur
      kakeibo --lake /data/lake ingest 'inventory/**/*.json'
      kakeibo ingest s3://bucket/cur s3://bucket/inventory/
      unzip -p bill.zip | kakeibo ingest - --name bill.csv
    """,
    "query": """
    usage: kakeibo query [SQL] [-f FILE] [--format FORMAT] [-o FILE] [--table NAME=PATH]…
                         [--null TEXT] [--param NAME=VALUE]… [--timing] [--keep-going]

    Runs statements from the argument, a file or standard input, in Athena's SQL. Files are tables:
    FROM 'x.csv', 'x.parquet', '{a,b}/*.jsonl', a Delta folder, or '-' for standard input. Alone, on
    a terminal, it is a shell: 'kakeibo help shell'.

    --param gives a value to each :NAME in the SQL: a number where it is written as one, else text,
    and text in any case in single quotes ("'111122223333'"). A file may declare its parameters with
    types and defaults as those of queries/reports do: '-- param month text: billing period'.

    EXPLAIN before a statement shows how it is run, with the rows expected of each step; EXPLAIN
    ANALYZE runs it and shows rows, time, and bytes read and skipped; through a pipe the tree comes
    as plain lines, with --format as rows. No rewrite of a plan changes an answer:
    --without-rule NAME leaves one out, --without-rule all leaves out all.

      kakeibo query 'SELECT ServiceName, sum(BilledCost) FROM costs GROUP BY 1 ORDER BY 2 DESC'
      kakeibo query --format csv -f queries.sql -o result.csv
      kakeibo query --param month=2026-09 'SELECT sum(BilledCost) FROM costs
                                           WHERE billing_period = :month'
    """,
    "shell": """
    'kakeibo query' on a terminal asks for statements, each of one or more lines up to its ';'.

      Tab            completes keywords, functions, tables, columns, keys of tags, files
      Up, Down       lines of the statement, then earlier statements
      Ctrl-R         looks for a text in the history; again for an older one
      Alt-Enter      begins a line
      Ctrl-C         gives up the line, or ends the statement that runs; twice, the shell
      Ctrl-D         leaves
      Ctrl-A E K U W Y T _ L, Alt-B F D, as in other shells

    Lines that begin with a dot speak to the shell; .help lists them:

      .tables        tables and views              .mode csv      how results look
      .schema costs  the statement that made it    .output a.csv  where they go
      .columns costs names and types               .read a.sql    run a file
      .reports       the library, by topic         .timer off     no times
      .report teams tag=env                        .quit

    Tables fit the window: long texts are cut, then columns in the middle left out, which is said;
    .mode vertical shows everything. What is longer than the window goes through $PAGER. Entries are
    kept in $XDG_STATE_HOME/kakeibo/history (~/.local/state), which only you can read; one that
    begins with a blank is not.

      kakeibo query
      kakeibo --lake /data/lake query --table may=2026-05.csv.gz
    """,
    "completions": """
    usage: kakeibo completions bash|zsh|fish

    Prints what lets a shell complete commands, options and the names of reports.

      eval "$(kakeibo completions bash)"                         in ~/.bashrc
      kakeibo completions zsh > "${fpath[1]}/_kakeibo"
      kakeibo completions fish > ~/.config/fish/completions/kakeibo.fish
    """,
    "report": """
    usage: kakeibo report NAME [--param NAME=VALUE]… [--format FORMAT] [-o FILE]
           kakeibo report --list [TEXT]

    Questions that are asked of every bill and inventory, each a file of queries/reports: --list has
    them by topic, or those with a text. Without --param month=YYYY-MM they answer for the last month
    there is. They are Athena's SQL over the view 'costs', so they run there, too.

      kakeibo report services
      kakeibo report --list storage
      kakeibo report teams --param tag=team --param month=2026-10
    """,
    "budgets": """
    usage: kakeibo budgets --config FILE | --file BUDGETS.json… [--format FORMAT] [--exit-code]
                           [--keep]
           kakeibo budgets backtest --config FILE | --file BUDGETS.json… [--from DAY] [--to DAY]
                           [--delay DAYS]

    Budgets as 'aws budgets describe-budgets' prints them, thresholds as
    'aws budgets describe-budget-notifications-for-account' does, or
    'describe-notifications-for-budget' into a file named after its budget
    (notifications-NAME.json). All of AWS's types, time units, filters and adjusting limits are
    known; a filter that bills cannot answer makes its budget UNKNOWN, never quietly wrong.
    As in Cost Explorer, taxes are a service of their own, and filters of RI_UTILIZATION choose
    reservations by the account that has them.
    Of our own are, in the same files:
      "BudgetType": "UNIT_COST" with "Units": {"Query": "SELECT day, units FROM …"}
      "BudgetType": "QUERY" with "Query": "SELECT day, amount FROM …"
      "NotificationType": "BURN_RATE" with "WindowDays": [7, 1]: percent of an even pace
    The run at night keeps every evaluation with what it knew in the table budget_evaluations;
    --keep does so here. It also judges periods that ended since the last run, or whose charges
    changed after their last night (table budget_closings), so that no crossing goes untold.

    backtest replays the last year night by night with what each night knew, and says when each
    threshold would have told, how often and how many days early, and whether it was right. Nights
    whose versions of the bills the lake still keeps see those; earlier ones see the bills as they are
    now up to their own day: the column bills says which.

      kakeibo budgets --file budgets.json --file notifications.json
      kakeibo budgets --config nightly.json --exit-code
      kakeibo budgets backtest --config nightly.json --from 2026-01-01
    """,
    "costs": """
    usage: kakeibo costs [--month YYYY-MM] [--format FORMAT]
           kakeibo costs set FILE
           kakeibo costs split [--category NAME] [--month YYYY-MM] [--format FORMAT]

    Each month in five views: unblended, amortized, blended, net unblended, net amortized; empty
    where the bills do not have them. They are columns of the view 'costs': BilledCost,
    EffectiveCost, x_BlendedCost, x_NetUnblendedCost, x_NetAmortizedCost.

    set gives the lake rules that hold for all of its history:
      Accounts        names and organizational units, as 'aws organizations list-accounts' has them
                      (SubAccountName, x_OrganizationalUnit)
      CostCategories  as 'aws ce describe-cost-category-definition' prints one: rules in order, the
                      first that matches gives the value (x_CostCategories['NAME'])
      VirtualTags     the same for tags (Tags['NAME'])
      Currency        {"Reporting": "EUR", "Rates": [{"Month": "2026-10", "From": "USD",
                      "Rate": 0.92}]}: x_ExchangeRate; a month without a rate is an error, one that
                      is over keeps the rate it first had
    split shares costs as a category's SplitChargeRules say (PROPORTIONAL, EVEN, FIXED), to the cent:
    what a value gets another gives, and the sum stays the bill's.

      kakeibo costs set costs.json
      kakeibo costs split --category Team --month 2026-10
      kakeibo query "SELECT x_CostCategories['Team'], sum(EffectiveCost) FROM costs GROUP BY 1"
    """,
    "commitments": """
    usage: kakeibo commitments [--coverage] [--month YYYY-MM] [--format FORMAT] [--exit-code]

    Each Savings Plan and reserved instance of a month (the newest, unless one is given): committed,
    used and unused, utilisation, what it cost and what its usage costs on demand, savings, and its
    end: EXPIRING within 30 days of it, EXPIRED for 30 days after, UNDERUSED below 80 %.
    Reservations count in normalized units, plans in money. With --coverage: how much of what they
    can cover they do, by service, and the effective savings rate, unused commitment included.

      kakeibo commitments
      kakeibo commitments --coverage --month 2026-10
    """,
    "forecast": """
    usage: kakeibo forecast [--days N] [--format FORMAT] [-o FILE]
           kakeibo forecast --input SERIES [--tasks TASKS | --days N] [--total month] [-o FILE]

    The month's cost, in total and by account and service, with 80 % and 95 % intervals and how wrong
    the same method was on the past; with --days each of the next days. Groups add up to the total. A
    history of fewer than 14 days with cost gets no forecast. How much of the newest days is in is
    learned from earlier deliveries: the table completeness.

    --input forecasts daily series that are in no lake: a file of id, date and value. --tasks names
    a file of id, cutoff and last_day; without it each series is forecast for --days (30).
    --total month gives the total of each cutoff's month: what was spent to date, what the newest
    days still lack and what is to come. How late the newest days come in is learned from earlier
    deliveries: series in the same file that begin alike and end earlier.

      kakeibo forecast
      kakeibo forecast --days 90 --format csv -o next-quarter.csv
      kakeibo forecast --input daily.csv --days 90 -o forecast.csv
      kakeibo forecast --input daily.csv --tasks months.csv --total month
    """,
    "anomalies": """
    usage: kakeibo anomalies [--feedback FILE] [--format FORMAT] [-o FILE] [--exit-code]
           kakeibo anomalies --input FILE [--learn DAYS] [--format FORMAT] [-o FILE]

    What cost more or less than its past explains in the last month of the lake, by account and
    service, with where the money went. Severity is by the series' own noise: LOW below 10 standard
    deviations, MEDIUM below 25, HIGH from there. A day is judged by the days before it alone.

    --feedback FILE (or "anomalyFeedback" in the nightly config) is a JSON list of what you know:
      [{ "verdict": "expected", "service": "Amazon EC2", "from": "2026-10-17", "until": "2026-10-21",
         "reason": "load test" }, { "verdict": "ignore", "account": "...", "until": "2026-12-31" }]
    Days of "expected" are learned from like all others; what "ignore" names stays in the table with
    its reason and alerts nobody until that day. region and usage_type may be named, too.

    With --input, a series from outside the lake (CSV, Parquet) is judged instead:
      date, account, service, region, usage_type, cost   a bill: a row for each day that an anomaly
                        goes on, with its impact since it started; an empty region and usage type
                        is the whole service. Dimensions may be missing. Nothing is reported of
                        the first 60 days, or as many as --learn says.
      timestamp, value  a metric: each row with its anomaly_score from 0 to 1 and a flag.

      kakeibo anomalies
      kakeibo anomalies --format csv -o anomalies.csv
      kakeibo anomalies --input bill.csv -o found.csv
      kakeibo anomalies --input cpu.csv --format json
    """,
    "rightsize": """
    usage: kakeibo rightsize [--policy balanced|headroom] [--shortage-cost DOLLARS]
                             [--catalog FILE] [--suppressions FILE] [--format FORMAT] [-o FILE]
           kakeibo rightsize --metrics FILE --fleet FILE [--catalog FILE] …

    What costs more than it has to: servers too large, too small, idle, of an old generation or
    needed by day only, by fourteen days of metrics, and what the queries of queries/savings find
    (volumes, addresses, snapshots, databases, load balancers). Savings at list prices and, by the
    bills, after discounts; what a commitment freed elsewhere does not take up is unused_commitment.
    Prices of types are shipped. --catalog puts others in their place: a table of types, or the AWS
    Price List's offer file of AmazonEC2 in a region, JSON or CSV (.gz, too); a listing of
    describe-instance-types in the lake adds facts. --suppressions names what not to hear of: [{ "resource": "i-…", "reason": "…",
    "until": "2027-01-31" }]. The table savings_ledger says what was followed and what it brought.

    The first form asks the lake, the second files of your own: metrics (vm, slot of five minutes or
    timestamp, cpu, mem in percent of today's size), fleet (vm, instance_type), catalog (type, vcpu,
    mem_mib, price an hour, and where you have it architecture); without a catalog the shipped one.

    'balanced' takes the size whose price and expected cost of falling short are least: a server
    that falls short in more than 1 % of the month is reckoned at --shortage-cost (550), each hour of
    it at a dollar. 'headroom' is Compute Optimizer's rule: the cheapest size on which the P99.5
    leaves 20 %. risk goes from 0 to 4; shortage_chance is the chance behind it.

      kakeibo rightsize
      kakeibo rightsize --metrics load.csv --fleet servers.csv -o sizes.csv
    """,
    "rules": """
    usage: kakeibo rules [NAME…] [--param NAME=VALUE]… [--format FORMAT] [-o FILE] [--exit-code]

    What breaks a rule of queries/rules, each a SQL file whose rows are violations, with severity,
    owner, what to do, since when, and what it costs a month by the bills. Rules whose tables are not
    in the lake are named and left out. A rule of your own is a file in a folder rules below
    --queries; one of the same name replaces the built-in one.

      kakeibo rules
      kakeibo rules estimated-charges --param limit=5000 --exit-code
      kakeibo --queries my-queries rules --exit-code
    """,
    "series": """
    usage: kakeibo series --out DIR

      kakeibo series --out out/series
    """,
    "dashboard": """
    usage: kakeibo dashboard --out FILE.html

      kakeibo dashboard --out dashboard.html
    """,
    "metrics": """
    usage: kakeibo metrics --out FILE.prom

      kakeibo metrics --out /var/lib/node_exporter/kakeibo.prom
    """,
    "reconcile": """
    usage: kakeibo reconcile [PERIOD…] [--table TABLE] [--tolerance AMOUNT] [--format FORMAT] [-o FILE]
           kakeibo reconcile PERIOD --between VERSION [VERSION] [--table TABLE] …

    Proves the bills of the lake, each month, payer and currency by itself:

      unblended = amortized + true-up + upfront fees     of the whole bill
      used + unused = amortized upfront + recurring fees of each savings plan and reservation
      no pair of line item id and time interval is there twice
      the table has the rows and the total that the ledger of deliveries says

    FOCUS says less: billed is effective, but for purchases and what they cover. Beside the proof
    stand the bill in every view with the setting of Cost Explorer that shows the same number, the
    line item types, the invoices, and what is known to differ, by name. On a terminal, and with
    --format page, it is a page; else there are rows.

    Sums may differ by --tolerance, 0.0001 by default, once per commitment. Exit code 0: all is proved.
    3: something does not hold, or a column that it needs is missing ('not provable').

    --between says what was added, removed and restated from one version of a month to another, by
    account, service, line item type and day, and by resource. A VERSION is a number of
    'lake history', a time, the id of a delivery (its beginning is enough), 'previous' or 'current',
    which is meant where the second is left out; 2026-09@3 says the month with it. Exit code 3: the
    totals differ by more than --tolerance.

      kakeibo reconcile
      kakeibo reconcile 2026-09 --format csv -o proof.csv
      kakeibo reconcile 2026-09 --between previous current
    """,
    "doctor": """
    usage: kakeibo doctor [--format FORMAT] [-o FILE] [--exit-code]

    Of each source: when it came last, up to when it has data, when it should come again, and which
    hours or days are missing in between. Then what is wrong or worth to know, the worst first, each
    with the next step: what failed or waits for its rest, which columns are missing and what does
    not work without them, which rows were rejected. It reads no amounts and is fast on a large lake.
    On a terminal, and with --format page, it is a page; else there are rows. --exit-code ends with
    3 where there are errors or warnings.

      kakeibo doctor
      kakeibo doctor --format json --exit-code
    """,
    "lake": """
    usage: kakeibo lake tables
           kakeibo lake history TABLE
           kakeibo lake check [TABLE] [--deep]
           kakeibo lake vacuum [TABLE] [--retain-hours N] [--force] [--dry-run]
           kakeibo lake ddl --engine athena|trino|spark|duckdb [--location URL]

    Check proves the log, its checkpoints, and of each data file the size, footer, row count,
    statistics, deletion vector and partition values; --deep reads every page as well. A finding
    of severity 'error' ends in exit code 1. TABLE may be the folder of any Delta table.

    Vacuum keeps the files of versions younger than N hours: a week, or what the table
    says; less than that needs --force. What killed writers left goes after a day.

      kakeibo lake tables
      kakeibo lake ddl --engine athena --location s3://bucket/lake
    """,
    "formats": """
    --format takes:
      table      a box for people; the default on a terminal
      csv, tsv   a header and a line per row; csv is the default in files and pipes
      json       one array of objects; jsonl: an object per line
      markdown   a table for documents; vertical: a line per value
      parquet    a Parquet file; needs -o FILE
    """,
    "schemas": """
    --schemas DIR adds the *.json files of a folder to the kinds of reports that are known, or puts
    one in the place of a known one of the same name. Any CSV, JSON lines or Parquet file becomes a
    table so:

      {
        "kind": "datacentre",                       // for --report, and in 'ingest --kinds'
        "title": "Datacentre invoice",
        "table": "datacentre_costs",
        "recognise": {"header": {"some": ["Datum", "Betrag"]}},
        "delimiter": ";",                           // where the first line does not tell it
        "numbers": {"decimal": ",", "thousands": "."},
        "columns": [
          {"name": "day", "type": "date", "from": "Datum", "format": "dd.MM.yyyy", "required": true},
          {"name": "amount", "type": "double", "unit": "EUR", "from": "Betrag|Summe"}
        ]
      }

      kakeibo --schemas schemas ingest invoices/2026-05.csv

    recognise     header: names that are there, 'some' (all, or 'atLeast' N), 'one' of these, 'none';
                  for JSON lines their members. json: members of a document, one is enough. path:
                  the end of the path, with *. Without any: --report KIND alone.
    columns       type: boolean, integer, bigint, double, decimal(p,s), varchar, json, date,
                  timestamp, array(…), map(…). from: other names, or the path in JSON, | between
                  alternatives. format: how dates are written; yyyy MM M MMM dd d HH H hh h a mm ss
                  SSS ZZZZZ, 'text', epochSeconds, epochMilliseconds. required, unit, description.
    otherColumns  [] leaves out what is not listed, [{"prefix": "cost", "type": "double"}] types it;
                  without it, it is text.
    names         delivered (as they are), lower (a_b for 'A b'), athena (as in Athena's CUR).
    partitions    columns to store by; a column snapshot_date of type date that the file lacks is the
                  day in its path, and keeps each day's rows. Otherwise a new delivery of the same
                  file replaces the old one.
    key           columns by which a row is known, such as ["volume_id"]: what is there more than once is
                  said; of EC2's and other listings, the later of a day replaces the earlier so.
    rows          in JSON, where the rows are: items[], result.rows[], Total{} for an object's members.
    nullTokens    texts that are NULL. keepsEmptyText: empty text is not NULL.
    unpivot       a column per group becomes a row per value: from $row, $group, $unit, $value.

    Nothing is guessed: a value that is not as the schema says is told with its row and column.
    """,
    "exit-codes": """
    0  done
    1  failed while running: disk, network, data
    2  the request is wrong: usage, SQL, config
    3  done, and something is in alarm (only with --exit-code), or does not reconcile
    130, 143  ended by Ctrl-C or asked to terminate; what was begun is taken away
    """,
    "environment": """
    KAKEIBO_LAKE   the lake's directory where --lake does not say
    KAKEIBO_CACHE  where objects of S3 are kept where --cache does not say
    KAKEIBO_AWS    the AWS CLI's program where --aws does not say
    KAKEIBO_HISTORY  the shell's history file; empty for none
    PAGER          what shows long results of the shell; less by default, cat for none
    TMPDIR         where statements put what exceeds --memory; the lake, else /var/tmp, by default
    NO_COLOR       no colour, whatever its value
    """,
  ]
}
