import Columns
import Kernels

/// A plan as a person reads it: what each operator does, what is known of it, and what it reads from.
package struct PlanTree: Sendable {
  /// What the operator does, on one line.
  package var heading: String
  /// Rows expected, rows counted, time …; shown behind the heading.
  package var facts: [String]
  /// What does not fit in the heading, one line each.
  package var details: [String]
  package var children: [PlanTree]

  package init(
    heading: String, facts: [String] = [], details: [String] = [], children: [PlanTree] = []
  ) {
    self.heading = heading
    self.facts = facts
    self.details = details
    self.children = children
  }

  /// The tree drawn with lines.
  ///
  ///     Aggregate by service: sum(cost)  (~4 rows)
  ///     └─ Scan usage columns=[service, cost]  (~1,000 rows)
  package var lines: [String] {
    var lines: [String] = []
    draw(first: "", rest: "", into: &lines)
    return lines
  }

  private func draw(first: String, rest: String, into lines: inout [String]) {
    lines.append(
      first + heading + (facts.isEmpty ? "" : "  (" + facts.joined(separator: "; ") + ")"))
    let bar = children.isEmpty ? "   " : "│  "
    for detail in details { lines.append(rest + bar + "· " + detail) }
    for (position, child) in children.enumerated() {
      let isLast = position == children.count - 1
      child.draw(
        first: rest + (isLast ? "└─ " : "├─ "), rest: rest + (isLast ? "   " : "│  "), into: &lines)
    }
  }

  /// `12,345`.
  package static func grouped(_ number: Int) -> String {
    var digits = Array(String(number.magnitude))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return (number < 0 ? "-" : "") + String(digits)
  }

  /// `1 row`, `2 rows`.
  package static func rows(_ count: Int) -> String {
    grouped(count) + (count == 1 ? " row" : " rows")
  }
}

extension LogicalPlan {
  /// The plan as a tree with the rows that each operator is expected to put out.
  package func tree(_ estimates: RowEstimates = RowEstimates()) -> PlanTree {
    var seen: Set<Int> = []
    func node(_ plan: LogicalPlan) -> PlanTree {
      var tree = plan.description
      tree.facts = [plan.expectation(estimates)]
      tree.children = plan.inputs.map(node)
      if case .shared(let shared, _) = plan {
        if seen.insert(shared.id).inserted {
          tree.children = [node(shared.plan)]
        } else {
          tree.facts.append("computed above")
        }
      }
      return tree
    }
    return node(self)
  }

  /// `~12,345 rows`: how many the operator is expected to put out.
  package func expectation(_ estimates: RowEstimates) -> String {
    let rows = estimates.rows(of: self)
    return "~" + PlanTree.rows(rows < 1e15 ? Int(rows.rounded(.up)) : Int(1e15))
  }

  /// The operator alone: on one line where that is short, else with its parts below each other.
  package var description: PlanTree {
    let (heading, parts) = PlanText.parts(of: self)
    let line = PlanText.line(self)
    if line.count <= PlanTree.longestLine { return PlanTree(heading: line) }
    return PlanTree(
      heading: PlanTree.cut(heading, to: PlanTree.longestLine),
      details: parts.map { PlanTree.cut($0, to: PlanTree.longestDetail) })
  }
}

extension PlanTree {
  fileprivate static let longestLine = 80
  fileprivate static let longestDetail = 160

  fileprivate static func cut(_ text: String, to length: Int) -> String {
    text.utf8.count <= length ? text : text.prefix(length - 1) + "…"
  }
}
