package import Columns
import Files
import TextFormats

/// The kinds of reports that are known: the embedded files of `schemas/` and those a user adds.
package struct ReportCatalog: Sendable {
  /// In the order of their files' names; a later file of the same kind replaces an earlier one.
  package let kinds: [ReportKind]
  /// The same in the order in which a file is asked whether it is one: a user's own kinds first.
  let candidates: [ReportKind]

  /// - Parameters:
  ///   - kinds: those that come with the program.
  ///   - added: a user's own. One of a known name takes that kind's place, with whatever loads it; others
  ///     are of flat rows.
  package init(_ kinds: [ReportKind], adding added: [ReportKind] = []) {
    var chosen: [ReportKind] = []
    for kind in kinds { ReportCatalog.put(kind, into: &chosen) }
    for kind in added {
      var kind = kind
      let replaced = chosen.first { $0.name == kind.name }
      kind.isFlat = replaced?.isFlat ?? (kind.bill == nil && kind.tables.count == 1)
      ReportCatalog.put(kind, into: &chosen)
    }
    self.kinds = chosen
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

  /// The kinds that come with the program, then those of further files, given by name and text.
  ///
  /// - Throws: `FormatError` when a schema file is damaged.
  package static func standard(
    adding files: [(name: String, text: String)] = []
  ) throws -> ReportCatalog {
    ReportCatalog(
      try EmbeddedFiles.schemas.map { try kind($0.name, $0.text, isStrict: false) },
      adding: try files.map { try kind($0.name, $0.text) })
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

  /// Columns that tables have in general, for `Warehouse.Configuration.declaredTables`.
  package var declaredTables: [String: Schema] {
    Dictionary(
      kinds.flatMap(\.tables).map { ($0.name.lowercased(), $0.schema) },
      uniquingKeysWith: { _, last in last })
  }
}
