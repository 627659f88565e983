/// What is known of a file before it is read: enough to tell what it is.
package struct ReportProbe: Sendable {
  /// The path, for kinds that are told by folders.
  package var path: String
  /// The names of the columns, for CSV and Parquet.
  package var header: [String]?
  /// The members of the first JSON document.
  package var members: [String]?

  package init(path: String, header: [String]? = nil, members: [String]? = nil) {
    self.path = path
    self.header = header
    self.members = members
  }
}

extension ReportCatalog {
  /// The kind of report that a file is, or why it is none.
  package func recognise(_ probe: ReportProbe) -> Result<ReportKind, Unrecognised> {
    if let kind = kind(atPath: probe.path) { return .success(kind) }
    if let members = probe.members {
      let names = Set(members)
      let columns = HeaderNames(members)
      if let kind = candidates.first(where: { !names.isDisjoint(with: $0.recognition.json) }) {
        return .success(kind)
      }
      // JSON lines whose members are the columns.
      if let kind = candidates.first(where: { $0.isFlat && $0.accepts(columns) }) {
        return .success(kind)
      }
      if let kind = candidates.first(where: { $0.recognition.hasRow(names) }) {
        return .success(kind)
      }
      // Bills as JSON lines, whose members are the columns.
      if let kind = candidates.first(where: { $0.bill != nil && $0.accepts(columns) }) {
        return .success(kind)
      }
      return .failure(Unrecognised(reason: jsonReason(members)))
    }
    guard let header = probe.header else {
      return .failure(Unrecognised(reason: "neither a table nor JSON"))
    }
    let names = HeaderNames(header)
    if let kind = candidates.first(where: { $0.accepts(names) }) { return .success(kind) }
    return .failure(Unrecognised(reason: headerReason(header)))
  }

  /// The kind that a file is of when a manifest of a form names it: where the columns that were selected
  /// leave it open which of two reports it is, the manifest tells.
  package func kind(_ kind: ReportKind, of header: [String], in form: ReportManifest.Form)
    -> ReportKind
  {
    let members = Set(form.members)
    let isFitting = { (kind: ReportKind) in
      kind.recognition.manifest.isEmpty || Set(kind.recognition.manifest) == members
    }
    if members.isEmpty || isFitting(kind) { return kind }
    return kinds.first { isFitting($0) && $0.bill != nil && $0.hasSome(of: header) } ?? kind
  }

  /// The kind that the path alone tells.
  package func kind(atPath path: String) -> ReportKind? {
    candidates.first { $0.recognition.matches(path: path) }
  }

  private func jsonReason(_ members: [String]) -> String {
    if members.isEmpty {
      return "an empty JSON object or list, or one of values without names, which no report is"
    }
    let found = "'" + members.prefix(3).joined(separator: "', '") + "'"
    return "JSON with \(found) is of no known report; 'kakeibo ingest --kinds' lists those"
  }

  private func headerReason(_ header: [String]) -> String {
    let found = header.prefix(3).joined(separator: "', '")
    return "columns '\(found)'… are of no known report"
  }
}

/// Why a file is no known report.
package struct Unrecognised: Error, Sendable, Hashable {
  package let reason: String
}

extension ReportKind {
  /// The name that a header's column has in the table.
  package func columnName(_ header: String) -> String {
    switch naming {
    // A name that is one of the table's already, whatever its case, stays that one.
    case .athena where header.uppercased() == header && isDeclared(header): header.lowercased()
    case .athena: AthenaName.of(header)
    case .delivered: header
    case .lower: LowerName.of(header)
    }
  }

  private func isDeclared(_ header: String) -> Bool {
    let name = header.lowercased()
    return tables.contains { $0.columns.contains { $0.name == name } }
  }

  /// Whether a header has as many of the kind's columns as it takes, whatever else it has.
  func hasSome(of header: [String]) -> Bool {
    let names = Set(header.map { columnName($0).lowercased() })
    return recognition.headers.contains { rule in
      rule.some.count { names.contains($0.lowercased()) } >= rule.atLeast
    }
  }

  /// Whether a header is one of this kind.
  package func accepts(_ header: HeaderNames) -> Bool {
    recognition.headers.contains { rule in
      let count = { (wanted: [String]) in wanted.count { header.hasName($0, naming) } }
      return count(rule.some) >= rule.atLeast && count(rule.none) == 0
        && (rule.one.isEmpty || count(rule.one) > 0)
    }
  }
}

extension ReportRecognition {
  /// Whether an object with these members is a row without the document around it.
  package func hasRow(_ names: Set<String>) -> Bool { members.contains(where: names.isSuperset) }

  /// Whether the last components of the path are as the pattern says.
  func matches(path: String) -> Bool {
    guard let pattern = self.path else { return false }
    let wanted = pattern.split(separator: "/")
    let found = path.split(separator: "/").suffix(wanted.count)
    guard found.count == wanted.count else {
      return false
    }
    return zip(wanted, found).allSatisfy { matches(Array($1.utf8)[...], Array($0.utf8)[...]) }
  }

  /// Whether text fits a pattern in which `*` stands for any text.
  private func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    guard let mark = pattern.first else { return text.isEmpty }
    let rest = pattern.dropFirst()
    if mark == UInt8(ascii: "*") {
      return (text.startIndex...text.endIndex).contains { matches(text[$0...], rest) }
    }
    return text.first == mark && matches(text.dropFirst(), rest)
  }
}
