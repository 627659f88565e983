package import Columns

/// Whether a bill of one month, payer and currency adds up, and everything that it adds up from.
package struct BillProof: Sendable {
  /// What became of a check.
  package enum Verdict: String, Sendable, Comparable, CaseIterable {
    case holds
    /// Something to know that is not wrong.
    case noted
    /// A column or a value that the check needs is not there: it may hold or not.
    case notProvable = "not provable"
    case fails = "does not hold"

    private var severity: Int {
      switch self {
      case .holds: 0
      case .noted: 1
      case .notProvable: 2
      case .fails: 3
      }
    }

    package static func < (a: Verdict, b: Verdict) -> Bool { a.severity < b.severity }
  }

  /// One thing that must be so.
  package struct Check: Sendable {
    package let name: String
    package let verdict: Verdict
    package var expected: Double?
    package var found: Double?
    /// What was compared, and what it means where it does not hold.
    package let message: String

    package var difference: Double? {
      guard let expected, let found else { return nil }
      return found - expected
    }
  }

  /// The bill's cost, seen in one way.
  package struct View: Sendable {
    package let name: String
    /// nil where the report lacks the columns.
    package let amount: Double?
    /// Where Cost Explorer shows the same number, or why there is no number.
    package let note: String
  }

  /// Line items of one type.
  package struct Charge: Sendable {
    package let type: String
    package let part: String
    package let lineItems: Int
    /// Unblended, or billed.
    package let billed: Double
    /// Amortized, or effective; nil where the columns are missing.
    package let amortized: Double?
  }

  package struct Invoice: Sendable {
    /// Empty as long as there is none.
    package let id: String
    package let type: String
    package let entity: String
    package let lineItems: Int
    package let total: Double
    package let tax: Double
  }

  /// A savings plan or reservation.
  package struct Commitment: Sendable {
    package let kind: String
    package let id: String
    package let lineItems: Int
    package let used: Double
    package let unused: Double
    package let recurringFees: Double
    /// The share of upfront fees that belongs to the month.
    package let amortizedUpfront: Double?
    package let verdict: Verdict
    package let message: String
  }

  /// An amount that is known to stand outside of what is compared.
  package struct Residual: Sendable {
    package let name: String
    package let lineItems: Int
    package let amount: Double?
    package let note: String
  }

  package let table: String
  package let period: String
  package let payer: String
  package let currency: String
  package var lineItems = 0
  package var checks: [Check] = []
  package var views: [View] = []
  package var charges: [Charge] = []
  package var invoices: [Invoice] = []
  package var commitments: [Commitment] = []
  package var residuals: [Residual] = []

  init(table: String, period: String, payer: String, currency: String) {
    self.table = table
    self.period = period
    self.payer = payer
    self.currency = currency
  }

  /// The worst of its checks.
  package var verdict: Verdict { checks.map(\.verdict).max() ?? .notProvable }

  /// Whether everything that can be asked of the bill is proved.
  package var isProved: Bool { verdict <= .noted }
}

extension BillProof {
  /// `reconciliation`: a row per figure, check or commitment.
  package static let table = FindingsTable(
    "reconciliation",
    [
      Field("table_name", .varchar), Field("billing_period", .varchar), Field("payer", .varchar),
      Field("currency", .varchar), Field("section", .varchar), Field("item", .varchar),
      Field("line_items", .bigint), Field("amount", .double), Field("expected", .double),
      Field("difference", .double), Field("verdict", .varchar), Field("note", .varchar),
    ])

  /// The proof as rows of ``table``: the checks first.
  package var rows: [[Value]] {
    var rows = checks.map {
      row(
        "check", $0.name, amount: $0.found, expected: $0.expected, difference: $0.difference,
        $0.verdict, $0.message)
    }
    rows += views.map { row("view", $0.name, amount: $0.amount, nil, $0.note) }
    rows += charges.map {
      row("line item type", $0.type, count: $0.lineItems, amount: $0.billed, nil, $0.part)
    }
    rows += invoices.map {
      row("invoice", $0.id, count: $0.lineItems, amount: $0.total, nil, "\($0.type) \($0.entity)")
    }
    rows += commitments.map { commitment in
      let cost = commitment.amortizedUpfront.map { $0 + commitment.recurringFees }
      let use = commitment.used + commitment.unused
      return row(
        "commitment", commitment.id, count: commitment.lineItems, amount: use, expected: cost,
        difference: cost.map { use - $0 }, commitment.verdict, commitment.message)
    }
    rows += residuals.map {
      row("known residual", $0.name, count: $0.lineItems, amount: $0.amount, nil, $0.note)
    }
    return rows
  }

  private func row(
    _ section: String, _ item: String, count: Int? = nil, amount: Double?, expected: Double? = nil,
    difference: Double? = nil, _ verdict: Verdict?, _ note: String
  ) -> [Value] {
    [
      .text(table), .text(period), .text(payer), .text(currency), .text(section), .text(item),
      count.map { .int64(Int64($0)) } ?? .null, .number(amount), .number(expected),
      .number(difference), .text(verdict?.rawValue), .text(note),
    ]
  }
}
