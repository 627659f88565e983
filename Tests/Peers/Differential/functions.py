"""Scalar functions and aggregates: Athena's text, DuckDB's text, types of arguments, type of the result.

Decimals are cast to one scale, since DuckDB drops digits where scales of 38 digits meet.

An argument `=value|value` is a constant, one of those. `{filter}` is where an aggregate's FILTER goes, which else stands
behind a text that is one call. What needs care on DuckDB's side is written out: the list of known differences of
functions is this file.
"""

from trees import (BIGINT, BOOLEAN, DATE, DECIMAL, DOUBLE, INTEGER, MAP, NUMBERS, TEXTS, TIMESTAMP, VARCHAR)

I, L, R, N, B, T, D, S = INTEGER, BIGINT, DOUBLE, DECIMAL, BOOLEAN, VARCHAR, DATE, TIMESTAMP

COUNT = "=0|1|2|3|5"
SMALL = "=1|2|3"
PIECE = "='a'|'b'|','|'ab'|'-'|' '|'é'"
UNIT_DATE = "='day'|'week'|'month'|'quarter'|'year'"
UNIT_TIME = "='second'|'minute'|'hour'|'day'|'week'|'month'|'quarter'|'year'"
PATTERN = "='a'|'^a'|'b$'|'[a-c]+'|'.'|'a|b'|'\\d+'|'\\s'|'(a)(b)?'|'x*'"
STEPS = "=1|2|7|13|-1|-30"

SCALAR_FUNCTIONS = [
    # ---- Text
    ("lower({0})", None, [T], T),
    ("upper({0})", None, [T], T),
    ("trim({0})", None, [T], T),
    ("ltrim({0})", None, [T], T),
    ("rtrim({0})", None, [T], T),
    ("reverse({0})", None, [T], T),
    ("length({0})", None, [T], L),
    ("({0} || {1})", None, [T, T], T),
    ("concat({0}, {1})", "({0} || {1})", [T, T], T),
    ("concat({0}, '-', {1})", "({0} || '-' || {1})", [T, T], T),
    ("replace({0}, {1}, {2})", None, [T, PIECE, T], T),
    # Without a third argument, what is found is removed.
    ("replace({0}, {1})", "replace({0}, {1}, '')", [T, PIECE], T),
    ("strpos({0}, {1})", None, [T, PIECE], L),
    ("position({1} IN {0})", "strpos({0}, {1})", [T, T], L),
    ("starts_with({0}, {1})", None, [T, PIECE], B),
    # Position 0 is before the first character: Athena has nothing there.
    ("substr({0}, {1})", "CASE WHEN {1} = 0 THEN CASE WHEN {0} IS NOT NULL THEN '' END ELSE substr({0}, {1}) END", [T, "=0|1|2|3"], T),
    ("substr({0}, {1}, {2})", None, [T, "=1|2|3", COUNT], T),
    ("substring({0} FROM {1} FOR {2})", "substring({0}, {1}, {2})", [T, "=1|2|3", COUNT], T),
    # A part past the last is NULL in Athena, an empty text in DuckDB.
    ("split_part({0}, {1}, {2})",
     "CASE WHEN {2} <= len(string_split({0}, {1})) THEN split_part({0}, {1}, {2}) END", [T, "=','|'a'|' '|'b'", SMALL], T),
    ("lpad({0}, {1}, {2})", None, [T, COUNT, "='0'|'ab'|' '"], T),
    ("rpad({0}, {1}, {2})", None, [T, COUNT, "='0'|'ab'|' '"], T),
    ("translate({0}, 'ab', 'xy')", None, [T], T),
    ("chr({0})", None, ["=65|97|233|8364"], T),
    ("to_hex(md5(to_utf8({0})))", "upper(md5({0}))", [T], T),
    ("to_base64(to_utf8({0}))", "to_base64(encode({0}))", [T], T),
    # ---- Regular expressions: both engines are RE2's kind.
    ("regexp_like({0}, {1})", "regexp_matches({0}, {1})", [T, PATTERN], B),
    # No match is NULL in Athena, an empty text in DuckDB.
    ("regexp_extract({0}, {1})", "CASE WHEN regexp_matches({0}, {1}) THEN regexp_extract({0}, {1}) END", [T, PATTERN], T),
    ("regexp_replace({0}, {1}, {2})", "regexp_replace({0}, {1}, {2}, 'g')", [T, "='a'|'[a-c]+'|'\\d'|'^.'", "='x'|''|'--'"], T),
    # ---- Numbers
    ("abs({0})", None, [I], I),
    ("CAST(abs({0}) AS decimal(20,2))", None, [N], N),
    ("abs({0})", None, [R], R),
    ("sign({0})", None, [I], I),
    ("sign({0})", "CAST(sign({0}) AS double)", [R], R),
    ("floor({0})", None, [R], R),
    ("ceil({0})", None, [R], R),
    ("CAST(floor({0}) AS decimal(20,2))", None, [N], N),
    ("CAST(ceil({0}) AS decimal(20,2))", None, [N], N),
    ("round({0})", None, [R], R),
    ("CAST(round({0}) AS decimal(20,2))", None, [N], N),
    ("CAST(round({0}, {1}) AS decimal(20,2))", None, [N, "=0|1|2"], N),
    ("truncate({0})", "trunc({0})", [R], R),
    ("mod({0}, {1})", "({0} % {1})", [I, "=2|3|-3|7"], I),
    ("mod({0}, {1})", "({0} % {1})", [L, "=2|3|-3|7"], L),
    ("CAST(({0} % {1}) AS decimal(20,2))", None, [N, "=2|3|7"], N),
    # Division of whole numbers has a whole result, cut towards zero; DuckDB has // for that, which rounds down.
    ("({0} / {1})", "CAST(trunc({0} / {1}) AS integer)", [I, "=2|3|-4|7"], I),
    ("({0} / nullif({1}, 0))", "CAST(trunc({0} / nullif({1}, 0)) AS integer)", [I, I], I),
    ("({0} / {1})", None, [R, "=2E0|4E0|0.5E0"], R),
    ("bitwise_and({0}, {1})", "({0} & {1})", [I, I], L),
    ("bitwise_or({0}, {1})", "({0} | {1})", [L, L], L),
    ("bitwise_xor({0}, {1})", "xor({0}, {1})", [I, I], L),
    ("width_bucket({0}, -10, 10, 4)", "CASE WHEN {0} < -10 THEN 0 WHEN {0} >= 10 THEN 5 ELSE CAST(floor(({0} + 10) / 5) AS integer) + 1 END", [R], L),
    ("to_base(abs({0}), 2)", "format('{{:b}}', abs({0}))", [L], T),
    # ---- NULL: greatest and least are NULL where one argument is.
    ("greatest({0}, {1})", "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN greatest({0}, {1}) END", [I, I], I),
    ("least({0}, {1})", "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN least({0}, {1}) END", [T, T], T),
    ("greatest({0}, {1})", "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN greatest({0}, {1}) END", [D, D], D),
    ("least({0}, {1})", "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN least({0}, {1}) END", [R, R], R),
    ("if({0}, {1}, {2})", "CASE WHEN {0} THEN {1} ELSE {2} END", [B, T, T], T),
    ("if({0}, {1})", "CASE WHEN {0} THEN {1} END", [B, I], I),
    # ---- Casts
    ("CAST({0} AS bigint)", None, [I], L),
    ("CAST({0} AS double)", None, [I], R),
    ("CAST({0} AS decimal(12,2))", None, [I], N),
    ("CAST({0} AS varchar)", None, [I], T),
    ("CAST({0} AS varchar)", None, [L], T),
    ("CAST({0} AS varchar)", None, [D], T),
    ("CAST({0} AS varchar)", None, [B], T),
    ("CAST(CAST({0} AS decimal(12,2)) AS varchar)", None, [N], T),
    ("CAST({0} AS integer)", None, [B], I),
    ("CAST({0} AS boolean)", None, [I], B),
    # Halves are rounded away from zero; DuckDB rounds them to even for DOUBLE.
    ("CAST({0} AS bigint)", "CAST(round({0}) AS bigint)", [R], L),
    ("CAST({0} AS bigint)", None, [N], L),
    # Integers as text may have blanks around and no decimals; DuckDB takes more.
    ("TRY_CAST({0} AS bigint)", "CASE WHEN regexp_full_match({0}, '\\s*[+-]?[0-9]+\\s*') THEN TRY_CAST({0} AS bigint) END", [T], L),
    ("TRY_CAST({0} AS double)", "CASE WHEN regexp_full_match({0}, '\\s*[+-]?[0-9.]+\\s*') THEN TRY_CAST({0} AS double) END", [T], R),
    ("TRY_CAST({0} AS date)", "CASE WHEN regexp_full_match({0}, '\\s*\\d+-\\d+-\\d+\\s*') THEN TRY_CAST({0} AS date) END", [T], D),
    ("TRY(CAST({0} AS integer))", "CASE WHEN regexp_full_match({0}, '\\s*[+-]?[0-9]+\\s*') THEN TRY_CAST({0} AS integer) END", [T], I),
    # ---- Dates and times
    ("year({0})", None, [D], L), ("month({0})", None, [D], L), ("day({0})", None, [S], L), ("quarter({0})", None, [S], L),
    ("week({0})", None, [D], L), ("day_of_week({0})", "isodow({0})", [D], L), ("day_of_year({0})", "dayofyear({0})", [D], L),
    ("year_of_week({0})", "isoyear({0})", [D], L),
    ("hour({0})", None, [S], L), ("minute({0})", None, [S], L), ("second({0})", None, [S], L),
    ("EXTRACT(month FROM {0})", "CAST(EXTRACT(month FROM {0}) AS bigint)", [S], L), ("EXTRACT(day FROM {0})", "CAST(EXTRACT(day FROM {0}) AS bigint)", [D], L),
    ("date_trunc({0}, {1})", "CAST(date_trunc({0}, {1}) AS date)", [UNIT_DATE, D], D),
    ("date_trunc({0}, {1})", "date_trunc({0}, {1})", [UNIT_TIME, S], S),
    ("last_day_of_month({0})", "last_day({0})", [D], D),
    ("last_day_of_month({0})", "last_day({0})", [S], D),
    ("date({0})", "CAST({0} AS date)", [S], D),
    ("CAST({0} AS date)", None, [S], D),
    ("CAST({0} AS timestamp)", None, [D], S),
    ("date_add('day', {0}, {1})", "CAST({1} + to_days(CAST({0} AS integer)) AS date)", [I, D], D),
    ("date_add('month', {0}, {1})", "CAST({1} + to_months(CAST({0} AS integer)) AS date)", [I, D], D),
    ("date_add('hour', {0}, {1})", "({1} + to_hours({0}))", [I, S], S),
    ("date_add('quarter', {0}, {1})", "({1} + to_months(CAST(3 * {0} AS integer)))", [I, S], S),
    ("({0} + INTERVAL '{1}' DAY)", "CAST({0} + INTERVAL '{1}' DAY AS date)", [D, STEPS], D),
    ("({0} - INTERVAL '{1}' MONTH)", "CAST({0} - INTERVAL '{1}' MONTH AS date)", [D, STEPS], D),
    ("({0} + INTERVAL '{1}' HOUR)", "({0} + INTERVAL '{1}' HOUR)", [S, STEPS], S),
    ("({0} - INTERVAL '{1}' YEAR)", "({0} - INTERVAL '{1}' YEAR)", [S, STEPS], S),
    ("({0} + INTERVAL '{1}' MINUTE)", None, [S, STEPS], S),
    ("date_diff('day', {0}, {1})", "datediff('day', {0}, {1})", [D, D], L),
    # Whole units that have passed, which DuckDB names datesub.
    ("date_diff({2}, {0}, {1})", "datesub({2}, {0}, {1})", [S, S, "='second'|'minute'|'hour'|'day'|'week'"], L),
    ("date_format({0}, '%Y-%m-%d %H:%i:%s')", "strftime({0}, '%Y-%m-%d %H:%M:%S')", [S], T),
    ("date_format({0}, '%y%j%b%a')", "strftime({0}, '%y%j%b%a')", [D], T),
    ("date_format({0}, '%M %W %p %h')", "strftime({0}, '%B %A %p %I')", [S], T),
    ("format_datetime({0}, 'yyyy/MM/dd HH:mm')", "strftime({0}, '%Y/%m/%d %H:%M')", [S], T),
    ("CAST(from_unixtime({0}) AS timestamp)", "make_timestamp(CAST({0} AS bigint) * 1000000)", [L], S),
    ("date_parse({0}, '%Y-%m-%d')", "strptime({0}, '%Y-%m-%d')", ["='2026-02-28'|'2024-02-29'|'1969-12-31'"], S),
    ("to_iso8601({0})", "CAST({0} AS varchar)", [D], T),
    # ---- Arrays and maps
    ("cardinality({0})", "len({0})", [NUMBERS], L),
    ("cardinality({0})", "len({0})", [TEXTS], L),
    ("cardinality({0})", "cardinality({0})", [MAP], L),
    ("element_at({0}, {1})", "list_extract({0}, {1})", [NUMBERS, "=1|2|-1|9"], I),
    ("element_at({0}, {1})", "list_extract({0}, {1})", [TEXTS, "=1|2|-1|9"], T),
    ("element_at({0}, {1})", "{0}[{1}]", [MAP, "='a'|'b'|'zz'"], I),
    ("{0}[{1}]", "{0}[{1}]", [MAP, "='a'|'c'|'zz'"], I),
    # NULL where it is not found but a NULL could be it.
    ("contains({0}, {1})",
     "CASE WHEN list_contains({0}, {1}) THEN true WHEN {0} IS NULL OR {1} IS NULL OR len(list_filter({0}, lambda e: e IS NULL)) > 0 THEN NULL ELSE false END",
     [NUMBERS, I], B),
    ("array_position({0}, {1})", "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN coalesce(list_position({0}, {1}), 0) END", [NUMBERS, I], L),
    ("array_sort({0})", "list_sort({0}, 'ASC', 'NULLS LAST')", [NUMBERS], NUMBERS),
    ("array_sort({0})", "list_sort({0}, 'ASC', 'NULLS LAST')", [TEXTS], TEXTS),
    ("reverse({0})", "list_reverse({0})", [NUMBERS], NUMBERS),
    ("({0} || {1})", "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN list_concat({0}, {1}) END", [NUMBERS, NUMBERS], NUMBERS),
    ("array_sort(array_distinct({0}))",
     "CASE WHEN {0} IS NOT NULL THEN list_sort(list_concat(list_distinct({0}), CASE WHEN len(list_filter({0}, lambda e: e IS NULL)) > 0 THEN [NULL] ELSE [] END), 'ASC', 'NULLS LAST') END",
     [NUMBERS], NUMBERS),
    # NULL where an element is.
    ("array_max({0})", "CASE WHEN len(list_filter({0}, lambda e: e IS NULL)) = 0 THEN list_max({0}) END", [NUMBERS], I),
    ("array_min({0})", "CASE WHEN len(list_filter({0}, lambda e: e IS NULL)) = 0 THEN list_min({0}) END", [TEXTS], T),
    ("array_join({0}, {1})", "CASE WHEN {0} IS NOT NULL THEN coalesce(array_to_string({0}, {1}), '') END", [TEXTS, "=','|'--'"], T),
    ("slice({0}, 1, {1})", "{0}[1:{1}]", [NUMBERS, "=0|1|2|9"], NUMBERS),
    ("split({0}, {1})", "string_split({0}, {1})", [T, "=','|'a'|' '"], TEXTS),
    ("transform({0}, x -> x * 2)", "list_transform({0}, lambda x: x * 2)", [NUMBERS], NUMBERS),
    ("transform({0}, x -> x + {1})", "list_transform({0}, lambda x: x + {1})", [NUMBERS, I], NUMBERS),
    ("transform({0}, x -> length(x))", "list_transform({0}, lambda x: CAST(length(x) AS integer))", [TEXTS], NUMBERS),
    ("filter({0}, x -> x > {1})", "list_filter({0}, lambda x: x > {1})", [NUMBERS, I], NUMBERS),
    ("filter({0}, x -> x IS NOT NULL)", "list_filter({0}, lambda x: x IS NOT NULL)", [TEXTS], TEXTS),
    ("reduce({0}, 0, (s, x) -> s + coalesce(x, 0), s -> s)",
     "CASE WHEN {0} IS NOT NULL THEN CAST(coalesce(list_sum({0}), 0) AS integer) END", [NUMBERS], I),
    ("any_match({0}, x -> coalesce(x = {1}, false))",
     "CASE WHEN {0} IS NOT NULL THEN len(list_filter({0}, lambda x: coalesce(x = {1}, false))) > 0 END", [NUMBERS, I], B),
    ("sequence(1, {0})", "generate_series(1, {0})", ["=1|2|4"], NUMBERS),
    ("array_sort(map_keys({0}))", "list_sort(map_keys({0}))", [MAP], TEXTS),
    ("array_sort(map_values({0}))", "list_sort(map_values({0}), 'ASC', 'NULLS LAST')", [MAP], NUMBERS),
    ("repeat({0}, {1})", "list_transform(generate_series(1, {1}), lambda x: {0})", [I, "=1|3"], NUMBERS),
    ("ARRAY[{0}, {1}]", "[{0}, {1}]", [I, I], NUMBERS),
    ("ARRAY[{0}, {1}]", "[{0}, {1}]", [T, T], TEXTS),
    ("CAST(ROW({0}, {1}) AS ROW(a integer, b varchar)).b", "(ROW({0}, {1})::STRUCT(a integer, b varchar)).b", [I, T], T),
    # ---- JSON
    ("json_extract_scalar('{{\"a\": [1, \"x\", null], \"b\": {{\"c\": true}}}}', {0})",
     "json_extract_string('{{\"a\": [1, \"x\", null], \"b\": {{\"c\": true}}}}', {0})",
     ["='$.a[0]'|'$.a[1]'|'$.b.c'|'$.zz'"], T),
]

# Digits at the end may differ by an ulp: only for what is shown.
INEXACT_FUNCTIONS = [
    ("round({0}, {1})", None, [R, "=0|1|2"], R),
    ("({0} / nullif({1}, 0))", None, [R, R], R),
    ("sqrt(abs({0}))", None, [R], R),
    ("CAST({0} AS double)", None, [N], R),
    ("({0} * {1})", None, [N, R], R),
    ("to_unixtime({0})", "CAST(epoch({0}) AS double)", [S], R),
    ("ln(abs({0}) + 1)", None, [R], R),
    ("log10(abs({0}) + 1)", None, [R], R),
    ("exp({0})", None, ["=0E0|1E0|-2.5E0|3E0"], R),
    ("power({0}, {1})", None, [R, "=2|0|3"], R),
    ("sin({0})", None, [R], R),
    ("cbrt({0})", None, [R], R),
]

AGGREGATES = [
    ("count({0})", None, [T], L),
    ("count({0})", None, [D], L),
    ("count(DISTINCT {0})", None, [T], L),
    ("count(DISTINCT {0})", None, [I], L),
    ("count(DISTINCT {0})", None, [R], L),
    ("sum({0})", None, [I], L),
    ("sum({0})", None, [L], L),
    ("sum({0})", None, [R], R),
    ("CAST(sum({0}) AS decimal(20,2))", None, [N], N),
    ("sum(DISTINCT {0})", None, [I], L),
    ("avg({0})", None, [I], R),
    ("avg({0})", None, [R], R),
    # The mean of decimals keeps their scale, halves away from zero.
    ("avg(CAST({0} AS decimal(12,2)))",
     "CAST(CAST(sign(sum(CAST({0} AS decimal(12,2)))) * ((CAST(200 * abs(sum(CAST({0} AS decimal(12,2)))) AS hugeint) + count({0})) // "
     "nullif(2 * count({0}), 0)) AS decimal(30,0)) * 0.01 AS decimal(20,2))",
     [N], N),
    ("min({0})", None, [I], I), ("max({0})", None, [I], I), ("min({0})", None, [T], T), ("max({0})", None, [T], T),
    ("min({0})", None, [R], R), ("max({0})", None, [D], D), ("min({0})", None, [S], S), ("CAST(max({0}) AS decimal(20,2))", None, [N], N),
    ("max({0})", None, [B], B),
    ("bool_and({0})", None, [B], B), ("bool_or({0})", None, [B], B), ("every({0})", "bool_and({0})", [B], B),
    # A count of nothing is 0 in Athena.
    ("count_if({0})", "coalesce(count_if({0}), 0)", [B], L),
    ("max_by({0}, {1})", "arg_max_null({0}, {1})", [T, "id"], T),
    ("min_by({0}, {1})", "arg_min_null({0}, {1})", [R, "id"], R),
    ("max_by({0}, {1})", "arg_max_null({0}, {1})", [D, "id"], D),
    ("array_agg({0} ORDER BY {0} NULLS LAST)", "list({0} ORDER BY {0} NULLS LAST)", [I], NUMBERS),
    ("array_agg({0} ORDER BY {0} DESC NULLS FIRST)", "list({0} ORDER BY {0} DESC NULLS FIRST)", [T], TEXTS),
    ("array_agg({0} ORDER BY {1})", "list({0} ORDER BY {1})", [I, "id"], NUMBERS),
    ("array_sort(array_agg(DISTINCT {0}))", "list_sort(list(DISTINCT {0}), 'ASC', 'NULLS LAST')", [I], NUMBERS),
    ("listagg({0}, ',') WITHIN GROUP (ORDER BY {0})", "string_agg({0}, ',' ORDER BY {0})", [T], T),
    ("bitwise_and_agg({0})", "bit_and({0})", [L], L), ("bitwise_or_agg({0})", "bit_or({0})", [I], L),
    ("cardinality(histogram({0}))", None, [T], L),
]


def covariance(name):
    """A covariance, 0 where it is no more than rounding leaves of products of that size: DuckDB's is seldom 0."""
    call, size = f"{name}({{0}}, {{1}}){{filter}}", "sum(abs({0} * {1})){filter}"
    is_rounding = f"abs({call}) <= 1e-14 * {size}"
    # In DuckDB NaN equals NaN, in Athena it equals nothing.
    texts = [f"CASE WHEN {condition} THEN 0e0 ELSE {call} END" for condition in (is_rounding, f"NOT isnan({call}) AND {is_rounding}")]
    return *texts, [R, R], R


INEXACT_AGGREGATES = [
    ("stddev({0})", None, [R], R), ("variance({0})", None, [I], R), ("stddev_pop({0})", None, [R], R), ("var_pop({0})", None, [R], R),
    # Without spread there is no correlation and no slope: NULL in Athena, NaN in DuckDB.
    ("corr({0}, {1}){filter}", "nullif(corr({0}, {1}){filter}, 'nan')", [R, R], R),
    covariance("covar_pop"), covariance("covar_samp"),
    ("regr_slope({0}, {1}){filter}", "nullif(regr_slope({0}, {1}){filter}, 'nan')", [R, R], R),
]
