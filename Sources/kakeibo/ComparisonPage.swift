import Evaluators
import TextFormats

/// Two versions of a month side by side, as a person reads it.
enum ComparisonPage {
  static func lines(_ comparisons: [BillComparison]) -> [String] {
    comparisons.flatMap { page($0) + [""] }.dropLast().map(TerminalText.escaped)
  }

  private static let shown = 20

  private static func page(_ comparison: BillComparison) -> [String] {
    let total = comparison.total
    var lines = [
      "\(comparison.period) · \(comparison.table) · \(comparison.currency) · "
        + (comparison.isEqual
          ? "the same total" : "\(signed(total.change)) (\(percent(total)))"),
      "",
      "  from  \(comparison.from.description)",
      "  to    \(comparison.to.description)",
      "",
      "  " + Page.left("", 24) + Page.right("line items", 14) + Page.right("cost", 18),
      figures("before", FigureText.count(total.lineItemsBefore), money(total.before)),
      figures("added", signed(total.addedLineItems), signed(total.added)),
      figures("removed", signed(-total.removedLineItems), signed(total.removed)),
      figures(
        "restated",
        signed(
          total.lineItemsAfter - total.lineItemsBefore - total.addedLineItems
            + total.removedLineItems), signed(total.restated)),
      figures("after", FigureText.count(total.lineItemsAfter), money(total.after)),
    ]
    let (parts, rest) = comparison.leading(shown)
    guard !parts.isEmpty else {
      return lines + [
        "", "  no sum of an account, service, line item type and day is other than before",
      ]
    }
    lines += [
      "",
      "  " + Page.left("account", 14) + Page.left("service", 24) + Page.left("line item type", 26)
        + Page.right("days", 6) + Page.right("line items", 12) + Page.right("change", 16),
    ]
    for part in parts + (rest.map { [$0] } ?? []) {
      lines.append(
        "  " + Page.left(part.account, 14) + Page.left(part.service, 24) + Page.left(part.item, 26)
          + Page.right(FigureText.count(part.daysChanged), 6)
          + Page.right(signed(part.lineItemsAfter - part.lineItemsBefore), 12)
          + Page.right(signed(part.change), 16))
    }
    lines.append(
      "  " + Page.left("total", 70)
        + Page.right(signed(total.lineItemsAfter - total.lineItemsBefore), 12)
        + Page.right(signed(total.change), 16))
    return lines + resources(comparison)
  }

  private static func resources(_ comparison: BillComparison) -> [String] {
    guard !comparison.resources.isEmpty else { return [] }
    var lines = [
      "",
      "  " + Page.left("resources that changed most", 64) + Page.right("before", 12)
        + Page.right("after", 12) + Page.right("change", 12),
    ]
    for one in comparison.resources.prefix(10) {
      lines.append(
        "  " + Page.left("\(one.item) (\(one.account))", 63) + " "
          + Page.right(money(one.before), 12)
          + Page.right(money(one.after), 12) + Page.right(signed(one.change), 12))
    }
    return lines
  }

  private static func figures(_ name: String, _ count: String, _ cost: String) -> String {
    "  " + Page.left(name, 24) + Page.right(count, 14) + Page.right(cost, 18)
  }

  private static func money(_ value: Double) -> String { FigureText.money(value) }

  private static func signed(_ value: Double) -> String {
    let text = FigureText.money(value)
    return value > 0 && text != "0.00" ? "+" + text : text
  }

  private static func signed(_ value: Int) -> String {
    (value > 0 ? "+" : "") + FigureText.count(value)
  }

  private static func percent(_ total: BillComparison.Change) -> String {
    guard abs(total.before) > 0.005 else { return "from nothing" }
    let percent = 100 * total.change / abs(total.before)
    return (percent > 0 ? "+" : "") + FigureText.money(percent) + " %"
  }
}
