package import Columns
import Files
import TextFormats

/// The kinds of reports that are known: the embedded files of `schemas/` and those a user adds.
package struct ReportCatalog: Sendable {
  /// In the order of their files' names; a later file of the same kind replaces an earlier one.
  package let kinds: [ReportKind]

  package init(_ kinds: [ReportKind]) {
    var chosen: [ReportKind] = []
    for kind in kinds {
      if let position = chosen.firstIndex(where: { $0.name == kind.name }) {
        chosen[position] = kind
      } else {
        chosen.append(kind)
      }
    }
    self.kinds = chosen
  }

  /// The kinds that come with the program, then those of further files, given by name and text.
  ///
  /// - Throws: `FormatError` when a schema file is damaged.
  package static func standard(
    adding files: [(name: String, text: String)] = []
  ) throws -> ReportCatalog {
    ReportCatalog(
      try (EmbeddedFiles.schemas + files).map { file in
        let json = try JSONValue.parse(Array(file.text.utf8), file: file.name, options: .config)
        return try ReportKind(json: json, file: file.name)
      })
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
