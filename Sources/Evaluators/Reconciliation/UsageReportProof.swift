import Reports

/// The proof of a month of a cost and usage report: unblended = amortized + true-up + upfront fees.
///
/// Source of the identity: the views of AWS's Cloud Intelligence Dashboards, `ri_sp_trueup` and
/// `ri_sp_upfront_fees` of their summary view.
struct UsageReportProof {
  private let reconciliation: Reconciliation
  private let table: BillTable
  private let period: String

  init(_ reconciliation: Reconciliation, _ table: BillTable, _ period: String) {
    self.reconciliation = reconciliation
    self.table = table
    self.period = period
  }

  func prove() throws -> [BillProof] {
    let duplicates = try duplicates()
    return try reconciliation.proofs(
      table, period, charges: "bill-charges", commitments: ("bill-commitments", commitment)
    ) { proof, charges in
      let lines = charges.map(ChargeLine.init)
      proof.lineItems = lines.reduce(0) { $0 + $1.lineItems }
      proof.charges = lines.map(\.charge)
      proof.residuals = residuals(lines)
      let commitments = CommitmentCheck.summary(
        proof.commitments, tolerance: reconciliation.tolerance)
      proof.checks = [
        identity(lines, commitmentCount: proof.commitments.count), commitments, duplicates,
      ].compactMap { $0 }
      proof.views = views(lines)
    }
  }

  // MARK: The identity

  private func identity(_ lines: [ChargeLine], commitmentCount: Int) -> BillProof.Check {
    let counted = lines.filter { $0.part != .splitCost }
    let unblended = CarefulSum.of(counted.map(\.unblended)) ?? 0
    let upfront = CarefulSum.of(counted.filter { $0.part == .upfrontFee }.map(\.unblended)) ?? 0
    let refunds = CarefulSum.of(counted.filter { $0.part == .planRefund }.map(\.unblended)) ?? 0
    let name = "unblended = amortized + true-up + upfront fees"
    if let reason = missing(counted) {
      return BillProof.Check(
        name: name, verdict: .notProvable, expected: unblended, message: reason)
    }
    let amortized = CarefulSum.of(counted.map(\.amortized)) ?? 0
    let trueUp = CarefulSum.of(counted.map(\.trueUp)) ?? 0
    let found = CarefulSum.of([amortized, trueUp, upfront, refunds]) ?? 0
    let allowed = reconciliation.tolerance * Double(max(1, commitmentCount))
    let holds = abs(found - unblended) <= allowed
    let parts =
      "\(Figure.money(amortized)) amortized, \(Figure.money(trueUp)) true-up, "
      + "\(Figure.money(upfront)) upfront fees"
      + (refunds == 0 ? "" : ", \(Figure.money(refunds)) refunded plans")
    return BillProof.Check(
      name: name, verdict: holds ? .holds : .fails, expected: unblended, found: found,
      message: holds
        ? "\(Figure.money(unblended)) unblended = \(parts) (difference "
          + "\(Figure.exact(found - unblended)), \(Figure.exact(allowed)) allowed)"
        : "\(Figure.money(unblended)) unblended is not \(parts), which make \(Figure.money(found)): "
          + "\(Figure.exact(abs(found - unblended))) too \(found > unblended ? "much" : "little"), "
          + "where \(Figure.exact(allowed)) is allowed")
  }

  /// What keeps the amortized cost from being known, in words; nil when nothing does.
  private func missing(_ lines: [ChargeLine]) -> String? {
    for line in lines {
      let absent = line.part.columns.filter { !table.columns.contains($0) }
      if let column = absent.first {
        return "column '\(column)' is missing, which \(line.type) line items need"
          + hint(for: column)
      }
      if line.blankAmortized > 0 {
        let columns = line.part.valueColumns.map { "'\($0)'" }.joined(separator: " and ")
        return "\(Figure.count(line.blankAmortized)) of \(Figure.count(line.lineItems)) "
          + "\(line.type) line items have no value in \(columns): what they cost is not known"
      }
    }
    return nil
  }

  /// `; include it in the report: …`, from the schema of the report.
  private func hint(for column: String) -> String {
    for kind in reconciliation.reports.costKinds
    where table.form == .usageReport && (kind.table?.name == table.name || kind.name == "cur") {
      if let need = kind.needs.first(where: { $0.columns.contains(column) }) {
        return "; to have it in the report: \(need.include)"
      }
    }
    return ""
  }

  // MARK: Commitments

  private func commitment(_ row: ResultRow) -> BillProof.Commitment {
    let used = row.number("used") ?? 0
    let unused = row.number("unused") ?? 0
    let fees = row.number("recurring_fees") ?? 0
    let upfront = row.number("amortized_upfront") ?? 0
    let difference = used + unused - upfront - fees
    let charged = row.number("charged_usage") ?? 0
    let isPlan = row.text("kind") == "Savings Plan"
    var verdict = BillProof.Verdict.holds
    var message = ""
    let lacking = ChargeLine.Part.commitments(isPlan: isPlan).flatMap(\.columns).first {
      !table.columns.contains($0)
    }
    if let lacking {
      verdict = .notProvable
      message = "column '\(lacking)' is missing\(hint(for: lacking))"
    } else if row.count("blank_amortized") > 0 {
      verdict = .notProvable
      message =
        "\(Figure.count(row.count("blank_amortized"))) of \(Figure.count(row.count("line_items"))) "
        + "line items do not say what was used or left"
    } else if abs(difference) > reconciliation.tolerance {
      verdict = .fails
      message =
        row.number("recurring_fees") == nil
        ? "\(Figure.money(used)) were used of it, and the bill has no \(isPlan ? "SavingsPlanRecurringFee" : "RIFee") line item of it"
        : "used and unused differ from what it costs by \(Figure.exact(difference))"
      if let stated = row.number("stated_use"), abs(stated - used) > reconciliation.tolerance {
        message +=
          "; its fee says that \(Figure.money(stated)) were used, the covered usage says "
          + Figure.money(used)
      }
    } else if abs(charged) > reconciliation.tolerance {
      verdict = .fails
      message =
        "what it covers is charged all the same: \(Figure.exact(charged)) are left of usage and "
        + "negations"
    }
    return BillProof.Commitment(
      kind: row.text("kind"), id: row.text("commitment"), lineItems: row.count("line_items"),
      used: used, unused: unused, recurringFees: fees, amortizedUpfront: upfront,
      verdict: verdict, message: message)
  }

  // MARK: Line items that are there twice

  private func duplicates() throws -> BillProof.Check {
    let name = "no line item is there twice"
    let absent = ["identity_line_item_id", "identity_time_interval"].filter {
      !table.columns.contains($0)
    }
    if let column = absent.first {
      return BillProof.Check(
        name: name, verdict: .noted,
        message: "not checked: column '\(column)' is missing\(hint(for: column))")
    }
    guard let row = try reconciliation.rows("bill-duplicates", table, period).first else {
      return BillProof.Check(name: name, verdict: .noted, message: "not checked")
    }
    let surplus = row.count("surplus_line_items")
    return BillProof.Check(
      name: name, verdict: surplus == 0 ? .holds : .fails, expected: 0, found: Double(surplus),
      message: surplus == 0
        ? "each pair of line item id and time interval is there once"
        : "\(Figure.count(surplus)) line items of \(period) repeat the id and interval of another, "
          + "such as '\(row.text("first_line_item_id"))' of '\(row.text("first_interval"))'")
  }

  // MARK: What is shown beside

  private func residuals(_ lines: [ChargeLine]) -> [BillProof.Residual] {
    func sum(_ name: String, _ note: String, _ lines: [ChargeLine]) -> BillProof.Residual? {
      let count = lines.reduce(0) { $0 + $1.lineItems }
      return count == 0
        ? nil
        : BillProof.Residual(
          name: name, lineItems: count, amount: CarefulSum.of(lines.map(\.unblended)), note: note)
    }
    let discounts = lines.filter { $0.blankBlended > 0 }
    let blankCount = discounts.reduce(0) { $0 + $1.blankBlended }
    return [
      sum(
        "refunds of upfront Savings Plans",
        "unblended, and in no other view: the plan's amortization goes on as it was",
        lines.filter { $0.part == .planRefund }),
      sum(
        "split cost line items",
        "left out of every sum: they repeat what their instances cost",
        lines.filter { $0.part == .splitCost }),
      blankCount == 0 || !table.columns.contains("line_item_blended_cost")
        ? nil
        : BillProof.Residual(
          name: "line items without blended cost", lineItems: blankCount, amount: nil,
          note: "\(discounts.map(\.type).joined(separator: ", ")): AWS computes none for discounts"),
    ].compactMap { $0 }
  }

  private func views(_ lines: [ChargeLine]) -> [BillProof.View] {
    let counted = lines.filter { $0.part != .splitCost }
    let isAmortized = missing(counted) == nil
    let isNet = table.columns.contains("line_item_net_unblended_cost")
    let blankNet = counted.reduce(0) { $0 + $1.blankNet }
    let isAllNet = isNet && blankNet < counted.reduce(0) { $0 + $1.lineItems }
    let noNet = "no net columns: AWS has them for negotiated discounts only"
    func view(
      _ name: String, _ amount: KeyPath<ChargeLine, Double?>, isKnown: Bool, _ note: String,
      otherwise: String
    ) -> BillProof.View {
      let amount = isKnown ? CarefulSum.of(counted.map { $0[keyPath: amount] }) : nil
      return BillProof.View(name: name, amount: amount, note: amount == nil ? otherwise : note)
    }
    let isRefunded = counted.contains { $0.type == "Refund" }
    let withoutRefunds = CarefulSum.of(
      counted.filter { $0.type != "Refund" }.map(\.unblended))
    return [
      view(
        "unblended", \.unblended, isKnown: true, "Unblended costs", otherwise: "")
    ]
      + (isRefunded
        ? [
          BillProof.View(
            name: "unblended without refunds", amount: withoutRefunds,
            note: "Unblended costs, charge type Refund excluded, as in the month-to-date tile")
        ] : []) + [
        view(
          "blended", \.blended, isKnown: true, "Blended costs",
          otherwise: "the report has no blended costs"),
        view(
          "amortized", \.amortized, isKnown: isAmortized, "Amortized costs",
          otherwise: "not known: see the checks"),
        view(
          "net unblended", \.netUnblended, isKnown: isAllNet,
          "Net unblended costs", otherwise: noNet),
        view(
          "net amortized", \.netAmortized, isKnown: isAllNet && isAmortized,
          "Net amortized costs", otherwise: noNet),
        view(
          "public on-demand", \.publicOnDemand, isKnown: true,
          "(list prices, which Cost Explorer does not show)",
          otherwise: "the report has no public prices"),
      ]
  }
}
