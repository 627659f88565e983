package import Columns
import Files
import Synchronization
import TextFormats

/// The kinds of reports that are known: the embedded files of `schemas/` and those a user adds.
///
/// The embedded files are read when a kind is asked for: a query of one table needs none or one of them,
/// and reading all would take longer than most queries do.
package struct ReportCatalog: Sendable {
  private let source: Source

  /// - Parameters:
  ///   - kinds: those that come with the program.
  ///   - added: a user's own. One of a known name takes that kind's place, with whatever loads it; others
  ///     are of flat rows.
  package init(_ kinds: [ReportKind], adding added: [ReportKind] = []) {
    source = Source(ReportKinds(kinds, adding: added))
  }

  private init(_ source: Source) { self.source = source }

  /// In the order of their files' names; a later file of the same kind replaces an earlier one.
  package var kinds: [ReportKind] { source.kinds.chosen }
  /// The same in the order in which a file is asked whether it is one: a user's own kinds first.
  var candidates: [ReportKind] { source.kinds.candidates }

  /// The kinds that come with the program, then those of further files, given by name and text.
  ///
  /// - Throws: `FormatError` when a further file is damaged.
  package static func standard(
    adding files: [(name: String, text: String)] = []
  ) throws -> ReportCatalog {
    ReportCatalog(Source(adding: try files.map { try kind($0.name, $0.text) }))
  }

  /// These kinds and those of further files.
  package func adding(_ files: [(name: String, text: String)]) throws -> ReportCatalog {
    ReportCatalog(kinds, adding: try files.map { try ReportCatalog.kind($0.name, $0.text) })
  }

  private static func kind(
    _ name: String, _ text: String, isStrict: Bool = true
  ) throws -> ReportKind {
    try ReportKind(
      json: try JSONValue.parse(Array(text.utf8), file: name, options: .config), file: name,
      isStrict: isStrict)
  }

  /// The kind of that name.
  package func kind(named name: String) -> ReportKind? { kinds.first { $0.name == name } }

  /// Kinds that bring costs, in the order that the view `costs` joins them.
  package var costKinds: [ReportKind] { kinds.filter { $0.bill != nil && !$0.focus.isEmpty } }

  /// Columns that tables of a name have in general, whatever its case, for
  /// `Warehouse.Configuration.declaredTable`.
  package func declaredTable(named name: String) -> Schema? {
    let name = name.lowercased()
    let tables = source.kinds(naming: name).flatMap(\.tables)
    return tables.last { $0.name.lowercased() == name }?.schema
  }
}

/// Kinds in their two orders.
private struct ReportKinds {
  let chosen: [ReportKind]
  let candidates: [ReportKind]

  init(_ kinds: [ReportKind], adding added: [ReportKind]) {
    var chosen: [ReportKind] = []
    for kind in kinds { ReportKinds.put(kind, into: &chosen) }
    for kind in added {
      var kind = kind
      let replaced = chosen.first { $0.name == kind.name }
      kind.isFlat = replaced?.isFlat ?? (kind.bill == nil && kind.tables.count == 1)
      ReportKinds.put(kind, into: &chosen)
    }
    self.chosen = chosen
    let names = Set(added.map(\.name))
    candidates =
      chosen.filter { names.contains($0.name) } + chosen.filter { !names.contains($0.name) }
  }

  private static func put(_ kind: ReportKind, into chosen: inout [ReportKind]) {
    if let position = chosen.firstIndex(where: { $0.name == kind.name }) {
      chosen[position] = kind
    } else {
      chosen.append(kind)
    }
  }
}

extension ReportCatalog {
  /// Kinds that are there already, or are read from the embedded files once they are asked for.
  private final class Source: Sendable {
    private let added: [ReportKind]
    private let known: Mutex<ReportKinds?>
    /// What was read for one table, by its name.
    private let byTable = Mutex<[String: [ReportKind]]>([:])

    init(_ kinds: ReportKinds) {
      added = []
      known = Mutex(kinds)
    }

    init(adding added: [ReportKind]) {
      self.added = added
      known = Mutex(nil)
    }

    var kinds: ReportKinds {
      known.withLock { known in
        if let known { return known }
        let read = ReportKinds(Source.embedded { _ in true }, adding: added)
        known = read
        return read
      }
    }

    /// All kinds that have a table of that name, perhaps others too.
    func kinds(naming table: String) -> [ReportKind] {
      if let known = known.withLock({ $0 }) { return known.chosen }
      return byTable.withLock { byTable in
        if let known = byTable[table] { return known }
        let quoted = "\"\(table)\""
        let read = ReportKinds(Source.embedded { $0.hasBytes(of: quoted) }, adding: added)
        byTable[table] = read.chosen
        return read.chosen
      }
    }

    private static func embedded(where isWanted: (String) -> Bool) -> [ReportKind] {
      EmbeddedFiles.schemas.compactMap { name, text in
        guard isWanted(text) else { return nil }
        do {
          return try ReportCatalog.kind(name, text, isStrict: false)
        } catch {
          preconditionFailure("the embedded schema \(name) is damaged: \(error)")
        }
      }
    }
  }
}

extension String {
  /// Whether the bytes of another text occur in this one.
  fileprivate func hasBytes(of other: String) -> Bool {
    let bytes = utf8.span
    let wanted = other.utf8.span
    guard wanted.count > 0, wanted.count <= bytes.count else { return wanted.count == 0 }
    for start in 0...(bytes.count - wanted.count) where bytes[start] == wanted[0] {
      if wanted.indices.allSatisfy({ bytes[start + $0] == wanted[$0] }) { return true }
    }
    return false
  }
}
