/// The proof of a month in FOCUS columns, as far as FOCUS says what must be equal.
///
/// A charge's effective cost is its billed cost, unless it is the purchase of a commitment, which is
/// effective where it is used, or usage that a commitment covers (FOCUS 1.2, EffectiveCost).
/// How much of an upfront purchase belongs to a month FOCUS does not state: it is what is left of the
/// effective cost of a commitment after its recurring purchases, and must not be negative.
struct FocusProof {
  private let reconciliation: Reconciliation
  private let table: BillTable
  private let period: String

  init(_ reconciliation: Reconciliation, _ table: BillTable, _ period: String) {
    self.reconciliation = reconciliation
    self.table = table
    self.period = period
  }

  /// A row of `focus-charges`.
  private struct Line {
    let category: String
    let part: String
    let lineItems: Int
    let billed: Double
    let effective: Double?
    let contracted: Double?
    let list: Double?
    let blankEffective: Int

    init(_ row: ResultRow) {
      category = row.text("charge_category")
      part = row.text("part")
      lineItems = row.count("line_items")
      billed = row.number("billed") ?? 0
      effective = row.number("effective")
      contracted = row.number("contracted")
      list = row.number("list")
      blankEffective = row.count("blank_effective")
    }
  }

  func prove() throws -> [BillProof] {
    try reconciliation.proofs(
      table, period, charges: "focus-charges", commitments: ("focus-commitments", commitment)
    ) { proof, charges in
      let lines = charges.map(Line.init)
      proof.lineItems = lines.reduce(0) { $0 + $1.lineItems }
      proof.charges = lines.map {
        BillProof.Charge(
          type: $0.category, part: $0.part == "other" ? "" : $0.part, lineItems: $0.lineItems,
          billed: $0.billed, amortized: $0.effective)
      }
      let commitments = CommitmentCheck.summary(
        proof.commitments, tolerance: reconciliation.tolerance)
      proof.checks = [identity(lines), commitments].compactMap { $0 }
      proof.views = views(lines)
    }
  }

  private func identity(_ lines: [Line]) -> BillProof.Check {
    let name = "billed = effective + purchases not used yet - use of purchases"
    let billed = CarefulSum.of(lines.map(\.billed)) ?? 0
    if let line = lines.first(where: { $0.blankEffective > 0 }) {
      return BillProof.Check(
        name: name, verdict: .notProvable, expected: billed,
        message: "\(Figure.count(line.blankEffective)) of \(Figure.count(line.lineItems)) charges "
          + "of category \(line.category) have no EffectiveCost")
    }
    let effective = CarefulSum.of(lines.map(\.effective)) ?? 0
    func gap(_ part: String) -> Double {
      let lines = lines.filter { $0.part == part }
      return CarefulSum.of(lines.map(\.billed) + lines.map { -($0.effective ?? 0) }) ?? 0
    }
    let purchases = gap("purchase")
    let used = -gap("covered by commitments")
    let rest = gap("other")
    let holds = abs(rest) <= reconciliation.tolerance
    let parts =
      "\(Figure.money(effective)) effective, \(Figure.money(purchases)) purchased, "
      + "\(Figure.money(used)) used of purchases"
    return BillProof.Check(
      name: name, verdict: holds ? .holds : .fails, expected: billed, found: billed - rest,
      message: holds
        ? "\(Figure.money(billed)) billed = \(parts)"
        : "charges that no commitment covers are billed at \(Figure.exact(rest)) "
          + "\(rest > 0 ? "more" : "less") than they are effective: \(Figure.money(billed)) billed "
          + "is not \(parts)")
  }

  private func commitment(_ row: ResultRow) -> BillProof.Commitment {
    let used = row.number("used") ?? 0
    let unused = row.number("unused") ?? 0
    let fees = row.number("recurring_fees") ?? 0
    let implied = used + unused - fees
    let misplaced = row.number("effective_of_purchases") ?? 0
    var verdict = BillProof.Verdict.holds
    var message = ""
    if abs(misplaced) > reconciliation.tolerance {
      verdict = .fails
      message =
        "its purchase has an effective cost of \(Figure.money(misplaced)), which its use has again"
    } else if implied < -reconciliation.tolerance {
      verdict = .fails
      message =
        "\(Figure.money(fees)) were paid for the month, and only \(Figure.money(used + unused)) "
        + "are used or unused"
    } else if implied > reconciliation.tolerance {
      verdict = .noted
      message =
        "\(Figure.money(implied)) more than its recurring fees were used or unused: the month's "
        + "share of an upfront purchase, which FOCUS does not state"
    }
    return BillProof.Commitment(
      kind: row.text("kind"), id: row.text("commitment"), lineItems: row.count("line_items"),
      used: used, unused: unused, recurringFees: fees,
      amortizedUpfront: abs(implied) > reconciliation.tolerance ? nil : 0, verdict: verdict,
      message: message)
  }

  private func views(_ lines: [Line]) -> [BillProof.View] {
    func view(
      _ name: String, _ amount: KeyPath<Line, Double?>, _ note: String
    ) -> BillProof.View {
      let amount = CarefulSum.of(lines.map { $0[keyPath: amount] })
      return BillProof.View(
        name: name, amount: amount, note: amount == nil ? "the export has no such column" : note)
    }
    return [
      BillProof.View(
        name: "billed", amount: CarefulSum.of(lines.map(\.billed)),
        note: "Net unblended costs in AWS, actual cost in Azure"),
      view(
        "effective", \.effective,
        "Net amortized costs in AWS, amortized cost in Azure"),
      view("contracted", \.contracted, "at negotiated prices, commitments left out"),
      view("list", \.list, "at list prices"),
    ]
  }
}
