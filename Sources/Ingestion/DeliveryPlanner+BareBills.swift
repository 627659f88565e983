import Columns
import Files
import Reports

/// Bills without a manifest: the files of a folder that are of one report, payer and month.
extension DeliveryPlanner {
  /// - Throws: `FileError` when a file vanishes while it is looked at.
  func planBareBills(_ files: [SourceFile], _ plan: inout DeliveryPlan) throws {
    var refused: Set<String> = []
    let versions = Dictionary(grouping: files.filter { isVersionFolder(Path.name($0.folder)) }) {
      Path.split($0.folder).directory
    }
    for (folder, members) in versions.sorted(by: { $0.key < $1.key }) {
      let names = Set(members.map { Path.name($0.folder) }).sorted()
      guard names.count > 1 else { continue }
      refused.formUnion(members.map(\.path))
      plan.settled.append(
        refusal(members, IngestError.severalAssemblies(folder: folder, names: names)))
    }
    for twins in try twins(among: files.filter { !refused.contains($0.path) }) {
      refused.formUnion(twins.map(\.path))
      plan.settled.append(
        refusal(twins, IngestError.sameFile(file: twins[1].path, other: twins[0].path)))
    }
    let groups = Dictionary(grouping: files.filter { !refused.contains($0.path) }) { file in
      [folder(ofAll: file), file.kind.name, payer(file), report(file), file.period ?? ""]
    }
    // A report's parts are numbered through, whatever months they are of.
    let gaps = Dictionary(grouping: groups) { $0.key.dropLast().joined(separator: "\n") }
      .compactMapValues { gap(in: $0.flatMap(\.value)) }
    for (key, members) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let group = key.dropLast().joined(separator: "\n")
      planBareBill(members.sorted { $0.path < $1.path }, group: group, gap: gaps[group], &plan)
    }
  }

  /// Files of one folder that are one: under a name but for packing and format, or byte for byte.
  private func twins(among all: [SourceFile]) throws -> [[SourceFile]] {
    // Parts without rows may well be equal; where rows have names, theirs tell.
    let files = all.filter { $0.period != nil && !hasNamedRows($0) }
    let named = Dictionary(grouping: files) {
      [$0.folder, $0.kind.name, ReportFileName.stem($0.name)]
    }
    let sized = Dictionary(grouping: files) { [$0.folder, $0.kind.name, String($0.size)] }
    let equal = try sized.values.filter { $0.count > 1 }.flatMap { members in
      try Dictionary(grouping: members) { file in
        var hash = ContentHash()
        try hash.add(file: file.path)
        return hash.value
      }.values
    }
    return (Array(named.values) + equal).filter { $0.count > 1 }
      .map { $0.sorted { $0.path < $1.path } }.sorted { $0[0].path < $1[0].path }
  }

  private func hasNamedRows(_ file: SourceFile) -> Bool {
    let names = Set(file.header.map { file.kind.columnName($0).lowercased() })
    let identity = file.kind.bill?.identity ?? []
    return !identity.isEmpty && identity.allSatisfy { names.contains($0.lowercased()) }
  }

  /// Says which part is not there of files that are numbered `-00001`, `-00002` …, as all clouds do it.
  private func gap(in files: [SourceFile]) -> String? {
    let parts = Set(files.compactMap { ReportFileName.part(of: $0.name, digits: 5) }).sorted()
    guard let first = parts.first, let last = parts.last else { return nil }
    let missing = zip(min(first, 1)..., parts).first { $0 != $1 }?.0
    guard let missing, missing < last else { return nil }
    return "part \(missing) is not there, part \(parts.first { $0 > missing } ?? last) is: "
      + "are these all files of the bill?"
  }

  private func planBareBill(
    _ files: [SourceFile], group: String, gap: String?, _ plan: inout DeliveryPlan
  ) {
    guard let first = files.first, let target = first.kind.table else { return }
    var hash = ContentHash()
    for file in files {
      do {
        try hash.add(file: file.path)
      } catch {
        plan.settled.append(Self.damaged(file.path, "\(error)"))
        return
      }
    }
    var delivery = Delivery(
      kind: first.kind, table: table ?? target.name,
      source: payer(first) + "/" + report(first), period: first.period, id: hash.text,
      version: hash.value, files: files, isComplete: false)
    delivery.group = group
    delivery.notes = [gap].compactMap { $0 }
    delivery.issued =
      VersionTime.stated(in: first.path) ?? VersionTime.lastChange(files.map(\.path))
    plan.deliveries.append(delivery)
  }

  func refusal(_ files: [SourceFile], _ error: IngestError) -> DeliverySummary {
    DeliverySummary(
      kind: files[0].kind.name, title: files[0].kind.title,
      table: table ?? files[0].kind.table?.name ?? "", source: payer(files[0]),
      period: files[0].period, deliveryID: "", files: files.map(\.path), rows: 0, total: nil,
      currency: nil, status: .failed, notes: ["\(error)"], rejectedRows: 0)
  }

  /// The payer of a file's first row. Of an id that is a path, as Azure's are, the last word.
  private func payer(_ file: SourceFile) -> String {
    file.payer?.split(separator: "/").last.map(String.init) ?? "unknown"
  }

  /// The report that a file is of: by its name, or where that is a number only, by the folder above those
  /// of versions and dates.
  private func report(_ file: SourceFile) -> String {
    let name = ReportFileName.report(of: file.name)
    guard isNumberedPart(name) else { return name }
    var folder = file.folder
    while isVersionFolder(Path.name(folder)) || isDate(Path.name(folder)) {
      folder = Path.split(folder).directory
    }
    let report = Path.name(folder)
    return report.isEmpty || report == "." || report == "/" ? name : report
  }

  /// The folder that holds all files of a report: above those of years, months and days, into which
  /// Oracle's reports are put, `2024/05/01/0001000001234567-00001.csv.gz`.
  private func folder(ofAll file: SourceFile) -> String {
    guard isNumberedPart(ReportFileName.report(of: file.name)) else { return file.folder }
    var folder = file.folder
    while isDate(Path.name(folder)) { folder = Path.split(folder).directory }
    return folder
  }

  /// Whether a file's name says no more than its number: Oracle's, and `part_0_0001` from Azure.
  private func isNumberedPart(_ name: String) -> Bool {
    let bare = name.hasPrefix("part_") ? name.dropFirst(5) : name[...]
    return !bare.isEmpty && bare.allSatisfy { $0.isNumber || $0 == "_" }
  }

  /// `2024`, `05` or `20240501-20240531`.
  private func isDate(_ folder: String) -> Bool {
    folder.contains { $0.isNumber } && folder.allSatisfy { $0.isNumber || $0 == "-" }
  }

  /// Refuses what would take the place of something else in the same run: deliveries of one report and
  /// month of which nothing says which is the newer.
  func refuseRivals(_ plan: inout DeliveryPlan) {
    let rivals = Dictionary(grouping: plan.deliveries.indices) { position in
      [plan.deliveries[position].table.lowercased(), plan.deliveries[position].application]
    }
    var dropped: Set<Int> = []
    for (_, positions) in rivals.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
    where positions.count > 1 && plan.deliveries[positions[0]].kind.bill != nil {
      dropped.formUnion(settle(positions, &plan))
    }
    plan.deliveries = plan.deliveries.enumerated().filter { !dropped.contains($0.offset) }
      .map(\.element)
  }

  /// - Returns: which of them are not to be loaded.
  private func settle(_ positions: [Int], _ plan: inout DeliveryPlan) -> [Int] {
    let all = positions.map { plan.deliveries[$0] }
    let kept = all.firstIndex { $0.isComplete } ?? 0
    let others = all.indices.filter { $0 != kept }
    if others.allSatisfy({ all[$0].version == all[kept].version }) {
      plan.ignored += others.flatMap { all[$0].files }.map {
        IgnoredFile(path: $0.path, reason: "the same as '\(all[kept].files[0].path)'")
      }
      return others.map { positions[$0] }
    }
    let isDecided = all[kept].isComplete && others.allSatisfy { !all[$0].isComplete }
    let refused = isDecided ? others : Array(all.indices)
    for position in refused {
      let delivery = all[position]
      let rival = all[position == kept ? others[0] : kept]
      let error = IngestError.rivals(
        report: delivery.application, file: delivery.files[0].path, other: rival.files[0].path)
      plan.settled.append(delivery.summary(.failed, notes: ["\(error)"]))
    }
    return refused.map { positions[$0] }
  }
}
