import Columns
import Warehouse

/// Which versions of the bills each night of the past had before it, as far as the lake still has them.
struct KnownBills {
  /// Versions by table.
  typealias Versions = [String: Int64]

  /// The newest versions.
  let current: Versions
  /// The nights from which on every version is still there, each with its own.
  private(set) var byNight: [Int: Versions] = [:]

  /// Versions that are read at most; nights before them see the bills as they are now.
  private static let mostVersions = 40

  /// Looks from the last night back, up to the first that lacks something.
  ///
  /// - Throws: what reading the tables' logs throws.
  init(_ warehouse: Warehouse, nights: Range<Int>) throws {
    var commits: [String: [(version: Int64, timestamp: Int64)]] = [:]
    if warehouse.configuration.lake != ":memory:" {
      for table in Warehouse.costTables where try warehouse.hasTable(table) {
        commits[table] = try warehouse.versions(of: table)
      }
    }
    current = commits.compactMapValues { $0.last?.version }
    guard !current.isEmpty, current.count == commits.count else { return }
    var whole: Set<Versions> = [current]
    for night in nights.reversed() {
      let end = Int64(night + 1) * Microseconds.day
      let seen = commits.compactMapValues { $0.last { $0.timestamp < end }?.version }
      guard seen.count == commits.count else { return }
      if !whole.contains(seen) {
        guard whole.count <= KnownBills.mostVersions,
          try seen.allSatisfy({ try warehouse.isWhole($0.key, version: $0.value) })
        else { return }
        whole.insert(seen)
      }
      byNight[night] = seen
    }
  }
}
