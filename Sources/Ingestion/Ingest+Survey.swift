import Files
package import Reports

extension Ingest {
  /// What the files at a local path are, told from their beginnings: titles of kinds of reports, with how
  /// many files are of each, the most first. Nothing is loaded.
  package static func survey(
    _ path: String, _ catalog: ReportCatalog
  ) -> [(title: String, files: Int)] {
    let recogniser = Recogniser(catalog: catalog, forced: nil)
    let found = FoundSources([path], SourceSettings(), recogniser)
    var counts: [String: Int] = [:]
    for file in found.files {
      guard case .report(let report) = recogniser.glance(at: file) else { continue }
      counts[report.kind.title, default: 0] += 1
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { (title: $0.key, files: $0.value) }
  }
}
