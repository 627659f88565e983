/// Words with a meaning in the grammar. Those that are not reserved can also be names.
enum Keyword: String, CaseIterable {
  case all, alter, analyze, and, any, array, `as`, asc, at
  case bernoulli, between, both, by
  case `case`, cast, columns, comment, create, cross, cube, current
  case currentCatalog = "current_catalog"
  case currentDate = "current_date"
  case currentSchema = "current_schema"
  case currentTime = "current_time"
  case currentTimestamp = "current_timestamp"
  case currentUser = "current_user"
  case data, databases, deallocate, delete, desc, describe, distinct, double, drop
  case `else`, end, escape, except, execute, exists, explain, extract
  case `false`, fetch, filter, first, following, `for`, from, full, functions
  case group, groups, grouping
  case having
  case `if`, ignore, `in`, inner, insert, intersect, interval, into, `is`
  case join
  case last, lateral, leading, left, like, limit, localtime, localtimestamp
  case map, merge
  case natural, next, no, not, null, nulls
  case of, offset, on, only, or, order, ordinality, outer, over
  case partition, partitions, position, preceding, precision, prepare
  case range, recursive, replace, respect, right, rollup, row, rows
  case schemas, security, select, sets, show, some, substring, system
  case table, tables, tablesample, then, ties, time, timestamp, to, trailing, trim, `true`
  case tryCast = "try_cast"
  case unbounded, union, unload, unnest, update, using
  case values, verbose, version, view, views
  case when, `where`, window, with, within, without
  case zone

  /// Names cannot be spelt like these without double quotes (Trino, "Reserved keywords").
  var isReserved: Bool { Self.reserved.contains(self) }

  /// Not reserved, yet never an alias without AS: they go on with the query.
  var continuesQuery: Bool {
    switch self {
    case .limit, .offset, .fetch, .window, .tablesample: true
    default: false
    }
  }

  /// In capitals, as messages show it.
  var display: String { rawValue.uppercased() }

  static func spelled(_ word: String) -> Keyword? { byWord[word] }

  private static let byWord = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

  private static let reserved: Set<Keyword> = [
    .alter, .and, .as, .between, .by, .case, .cast, .create, .cross, .cube, .currentCatalog,
    .currentDate, .currentSchema, .currentTime, .currentTimestamp, .currentUser, .deallocate,
    .delete, .describe, .distinct, .drop, .else, .end, .escape, .except, .execute, .exists,
    .extract, .false, .for, .from, .full, .group, .grouping, .having, .in, .inner, .insert,
    .intersect, .into, .is, .join, .left, .like, .localtime, .localtimestamp, .natural, .not,
    .null, .on, .or, .order, .outer, .prepare, .recursive, .right, .rollup, .select, .table,
    .then, .trim, .true, .union, .unnest, .using, .values, .when, .where, .with,
  ]
}
