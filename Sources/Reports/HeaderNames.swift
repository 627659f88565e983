/// The columns of a file under every name that the rules of a kind may ask for, in lower case.
///
/// Made once per file: some twenty kinds are asked, and a bill has hundreds of columns.
package struct HeaderNames: Sendable {
  private let delivered: Set<String>
  private let athena: Set<String>
  private let lower: Set<String>

  package init(_ header: [String]) {
    delivered = Set(header.map { $0.lowercased() })
    athena = Set(header.map { AthenaName.of($0).lowercased() })
    lower = Set(header.map { LowerName.of($0).lowercased() })
  }

  /// Whether a column has that name, as the kind names its columns or as the file does.
  func hasName(_ name: String, _ naming: ReportKind.ColumnNaming) -> Bool {
    let name = name.lowercased()
    if delivered.contains(name) { return true }
    return switch naming {
    case .athena: athena.contains(name)
    case .delivered: false
    case .lower: lower.contains(name)
    }
  }
}
