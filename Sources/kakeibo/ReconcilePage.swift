import Columns
import Evaluators
import TextFormats

/// The proof of bills as a person reads it: a page for each month, payer and currency.
enum ReconcilePage {
  static func lines(_ proofs: [BillProof], width: Int) -> [String] {
    var lines: [String] = []
    for proof in proofs {
      lines += page(proof, width)
      lines.append("")
    }
    if proofs.count > 1 { lines += summary(proofs) + [""] }
    return lines.dropLast().flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
      .map { TerminalText.escaped(String($0)) }
  }

  /// A line per bill: what a person with 36 months looks at.
  private static func summary(_ proofs: [BillProof]) -> [String] {
    let name = { (proof: BillProof) in "\(proof.period)  \(proof.table)  \(proof.payer)" }
    let names = min(60, proofs.map { TerminalText.width(name($0)) }.max() ?? 0)
    return proofs.map { proof in
      Page.left(name(proof), names) + "  "
        + Page.right(money(proof.views.first?.amount) + " " + proof.currency, 20) + "  "
        + proof.verdict.rawValue
    }
  }

  private static func page(_ proof: BillProof, _ width: Int) -> [String] {
    let verdict = proof.verdict == .noted ? "holds" : proof.verdict.rawValue
    var lines = [
      "\(proof.period) · \(proof.table) · payer \(proof.payer.isEmpty ? "unknown" : proof.payer)"
        + " · \(money(proof.views.first?.amount)) \(proof.currency) · \(verdict)",
      "",
    ]
    for check in proof.checks {
      let space = String(repeating: " ", count: 17)
      lines.append("  " + Page.left(check.verdict.rawValue, 15) + check.name)
      lines.append(
        space + Page.wrapped(check.message, width: width, indent: 17).joined(separator: "\n"))
    }
    lines += [
      "",
      "  " + Page.left("the bill in each view", 44)
        + "   Cost Explorer: \(days(proof.period)), monthly,",
      "  " + Page.left("", 44) + "   no group, no filter; aggregate costs by",
    ]
    for view in proof.views {
      lines.append(
        "    " + Page.left(view.name, 26) + Page.right(money(view.amount), 16) + "   " + view.note)
    }
    lines += charges(proof)
    lines += invoices(proof)
    lines += commitments(proof)
    lines += residuals(proof, width)
    return lines
  }

  /// `2026-09-01 to 2026-09-30`.
  private static func days(_ period: String) -> String {
    let parts = period.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 2 else { return period }
    let next = CivilDate(year: parts[0], month: parts[1], day: 1).adding(months: 1).daysSinceEpoch
    return "\(period)-01 to \(Day.text(next - 1))"
  }

  private static func charges(_ proof: BillProof) -> [String] {
    let isFocus = proof.views.first?.name == "billed"
    var lines = [
      "",
      "  " + Page.left(isFocus ? "charge categories" : "line item types", 44)
        + Page.right("line items", 12) + Page.right(isFocus ? "billed" : "unblended", 16)
        + Page.right(isFocus ? "effective" : "amortized", 16),
    ]
    for charge in proof.charges {
      let part = charge.part.isEmpty ? "" : " (\(charge.part))"
      lines.append(
        "    " + Page.left(charge.type + part, 42)
          + Page.right(FigureText.count(charge.lineItems), 12)
          + Page.right(money(charge.billed), 16) + Page.right(money(charge.amortized), 16))
    }
    return lines
  }

  private static func invoices(_ proof: BillProof) -> [String] {
    guard !proof.invoices.isEmpty else { return [] }
    var lines = [
      "",
      "  " + Page.left("invoices", 44) + Page.right("line items", 12) + Page.right("total", 16)
        + Page.right("of it tax", 16),
    ]
    for invoice in proof.invoices.prefix(shown) {
      let name = invoice.id.isEmpty ? "without an id: not final" : invoice.id
      let rest = [invoice.type, invoice.entity].filter { !$0.isEmpty }.joined(separator: ", ")
      lines.append(
        "    " + Page.left(name + (rest.isEmpty ? "" : " (\(rest))"), 42)
          + Page.right(FigureText.count(invoice.lineItems), 12)
          + Page.right(money(invoice.total), 16) + Page.right(money(invoice.tax), 16))
    }
    return lines + more(proof.invoices.count, "invoices")
  }

  /// Commitments, those that do not hold first.
  private static func commitments(_ proof: BillProof) -> [String] {
    guard !proof.commitments.isEmpty else { return [] }
    var lines = [
      "",
      "  " + Page.left("commitments", 44) + Page.right("used", 12) + Page.right("unused", 16)
        + Page.right("fees", 16) + Page.right("upfront", 14),
    ]
    let worst = proof.commitments.enumerated().sorted {
      ($1.element.verdict, $0.offset) < ($0.element.verdict, $1.offset)
    }.map(\.element)
    for one in worst.prefix(shown) {
      let id =
        one.id.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init)
        ?? "without an ARN"
      let kinds = ["Reserved Instance": "RI", "Savings Plan": "SP"]
      lines.append(
        "    " + Page.left("\(kinds[one.kind] ?? one.kind) \(id)", 42)
          + Page.right(money(one.used), 12)
          + Page.right(money(one.unused), 16) + Page.right(money(one.recurringFees), 16)
          + Page.right(money(one.amortizedUpfront), 14)
          + (one.verdict > .noted ? "  \(one.verdict.rawValue)" : ""))
    }
    return lines + more(proof.commitments.count, "commitments")
  }

  private static func residuals(_ proof: BillProof, _ width: Int) -> [String] {
    guard !proof.residuals.isEmpty else { return [] }
    var lines = ["", "  known residuals"]
    for residual in proof.residuals {
      lines.append(
        "    " + Page.left(residual.name, 42) + Page.right(FigureText.count(residual.lineItems), 12)
          + Page.right(residual.amount.map { FigureText.money($0) } ?? "", 16))
      lines += Page.wrapped("      " + residual.note, width: width, indent: 6).map { "      " + $0 }
    }
    return lines
  }

  private static let shown = 20

  private static func more(_ count: Int, _ what: String) -> [String] {
    count > shown
      ? ["    and \(FigureText.count(count - shown)) \(what) more: --format csv has all"] : []
  }

  private static func money(_ value: Double?) -> String {
    value.map { FigureText.money($0) } ?? "–"
  }
}
