import Columns
import Files

/// Says of points that leave open whose they are (account, region) or in what they were measured (unit)
/// which points they are, as far as others of the same resource, metric, period and time tell.
///
/// One file may name the account and another not: without this, what both have would be there twice.
struct PointFilling {
  /// What tells points apart and may be left open: positions of these columns.
  let open: [Int]
  /// Those of them that say whose a point is, with their names.
  private let owners: [(position: Int, name: String)]
  private let resource: Int?
  /// What identifies a point but for the open columns.
  private let identity: PointIdentity
  /// By everything else that identifies a point: what is known of the open columns.
  private var known: [PointIdentity.Key: [Known]] = [:]

  private struct Known {
    let open: [Value]
    /// The point, where only its values can tell whether it is the same.
    let row: [Value]?
  }

  /// - Parameters:
  ///   - owners: columns that say whose a point is.
  ///   - others: further columns that may be left open.
  init(_ schema: Schema, _ identity: PointIdentity, owners: [String], others: [String]) {
    self.owners = owners.compactMap { name in schema.position(of: name).map { ($0, name) } }
    open = self.owners.map(\.position) + others.compactMap { schema.position(of: $0) }
    self.identity = identity.without(open)
    resource = schema.position(of: "resource_id")
  }

  /// Which of the open columns a row has, a bit each.
  func pattern(of row: [Value]) -> UInt8 {
    open.enumerated().reduce(0) { row[$1.element].isNull ? $0 : $0 | 1 << UInt8($1.offset) }
  }

  /// Takes in what a row tells.
  mutating func learn(_ row: [Value]) {
    guard pattern(of: row) != 0, let key = identity.toldKey(of: row) else { return }
    let values = open.map { row[$0] }
    let before = known[key, default: []]
    if before.contains(where: { $0.open == values }) { return }
    known[key] = before + [Known(open: values, row: isUnique(row) ? nil : row)]
  }

  /// The row with what is known of it.
  ///
  /// - Throws: `FormatError` where it may be one of several, or where it may be another's.
  func filled(_ row: [Value], _ file: String) throws -> [Value] {
    let values = open.map { row[$0] }
    guard values.contains(where: \.isNull), let key = identity.toldKey(of: row),
      let others = known[key]
    else { return row }
    // What knows more than the row, but not than another that does.
    let more = others.filter { $0.open != values && PointFilling.agrees(values, $0.open) }
    let most = more.filter { one in
      !more.contains { $0.open != one.open && PointFilling.agrees(one.open, $0.open) }
    }
    guard let one = most.first else { return row }
    let column = zip(open, zip(values, one.open)).first { $0.1.0 != $0.1.1 }?.0
    let owner = owners.first { $0.position == column }
    guard most.count == 1 else {
      let name = owner?.name ?? "unit"
      throw doubt(row, name, file, "points of several are there already: which one is it of?")
    }
    if let owner, let other = one.row, identity.conflict(other, row, samples: nil) != nil {
      throw doubt(
        row, owner.name, file,
        "a point of \(one.open.first?.string ?? "an account") is there with "
          + "other values: is it the same resource?")
    }
    var row = row
    for (position, value) in zip(open, one.open) { row[position] = value }
    return row
  }

  private func isUnique(_ row: [Value]) -> Bool {
    resource.flatMap { row[$0].string }.map(MetricNames.isUnique) ?? false
  }

  /// Whether everything that the first say is said by the second.
  private static func agrees(_ less: [Value], _ more: [Value]) -> Bool {
    zip(less, more).allSatisfy { $0.isNull || $0 == $1 }
  }

  private func doubt(
    _ row: [Value], _ name: String, _ file: String, _ sentence: String
  ) -> FormatError {
    let resource = resource.flatMap { row[$0].string } ?? "a resource"
    let place =
      name == "unit" ? "" : "; put the file below a folder named after its account and region"
    return FormatError(
      file,
      "expected the \(name == "account_id" ? "account" : name) of '\(resource)', found none, and "
        + sentence + place)
  }
}
