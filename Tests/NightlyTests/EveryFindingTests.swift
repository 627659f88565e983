import Alerts
import Evaluators
import Files
import Reports
import Testing

/// Every word that an evaluator can put into a table of findings stands in one of the golden files.
@Suite struct EveryFindingTests {
  /// Words of one kind, and where they have to be.
  struct Demand: Sendable, CustomStringConvertible {
    let description: String
    let words: [String]
    let column: String
    let files: [String]
    /// Words that no sample can show, with the reason.
    var exceptions: [String: String] = [:]

    init<Word: CaseIterable & RawRepresentable>(
      _ type: Word.Type, _ column: String, in files: String...,
      except exceptions: [Word: String] = [:]
    ) where Word.RawValue == String {
      description = "\(type)"
      words = Word.allCases.map(\.rawValue)
      self.column = column
      self.files = files
      self.exceptions = Dictionary(
        uniqueKeysWithValues: exceptions.map { ($0.key.rawValue, $0.value) })
    }

    init(_ description: String, words: [String], _ column: String, in files: String...) {
      self.description = description
      self.words = words
      self.column = column
      self.files = files
    }
  }

  private static let demands: [Demand] = [
    Demand(CostAnomaly.Kind.self, "kind", in: "case-anomalies.txt"),
    Demand(Severity.self, "severity", in: "case-anomalies.txt"),
    Demand(Recommendation.Finding.self, "finding", in: "recommendations.txt"),
    Demand(Recommendation.Action.self, "action", in: "recommendations.txt"),
    Demand(
      Recommendation.Effort.self, "effort", in: "recommendations.txt",
      except: [.high: "no query that comes with the program says it; one of somebody's own may"]),
    Demand(
      SizeAdvice.Reason.self, "reasons", in: "recommendations.txt", "case-recommendations.txt"),
    Demand(SavingsEntry.Status.self, "status", in: "case-savings.txt"),
    Demand(Commitment.State.self, "state", in: "case-commitments.txt"),
    Demand(CostForecast.Scope.self, "scope", in: "case-forecasts.txt"),
    Demand(Budget.Kind.self, "budget_type", in: "budgets.txt"),
    Demand(Budget.TimeUnit.self, "time_unit", in: "budgets.txt"),
    Demand(
      Budget.Metric.self, "metric", in: "budgets.txt",
      except: [
        .blended: "not in these bills; BudgetFilterTests hold each metric",
        .netUnblended: "not in these bills; BudgetFilterTests hold each metric",
        .netAmortized: "not in these bills; BudgetFilterTests hold each metric",
        .normalizedUsage: "not in these bills; BudgetFilterTests hold each metric",
        .hours: "not in these bills; BudgetFilterTests hold each metric",
      ]),
    Demand(BudgetStatus.State.self, "state", in: "budgets.txt"),
    Demand(
      BudgetBacktest.Outcome.Verdict.self, "verdict", in: "budget-backtest.txt",
      "case-backtest.txt"),
    Demand(
      BillProof.Verdict.self, "verdict", in: "reconciliation.txt", "case-reconciliation.txt",
      except: [.noted: "needs a lake whose every bill lacks ids; ReconciliationTests have one"]),
    Demand(
      "parts of a bill",
      words: [
        "plan usage", "plan negation", "plan fee", "plan refund", "reserved usage",
        "reservation fee", "upfront fee", "split cost",
      ], "note", in: "case-reconciliation.txt"),
    Demand(SourceHealth.Granularity.self, "granularity", in: "health.txt", "case-health.txt"),
    Demand(HealthFinding.Severity.self, "severity", in: "health.txt", "case-health.txt"),
    Demand(CostAllocation.Entry.Kind.self, "entry", in: "allocations.txt"),
    Demand(Alert.Kind.self, "kind", in: "case-alerts.txt"),
    Demand(
      Alert.Severity.self, "severity", in: "case-alerts.txt",
      except: [.info: "what is only worth knowing stays in its table and wakes nobody"]),
    Demand(AlertRecord.State.self, "state", in: "case-alerts.txt"),
    Demand("completeness", words: ["true", "false"], "complete", in: "case-completeness.txt"),
    Demand(
      "severities of rules", words: ["info", "warning", "critical"], "severity",
      in: "compliance.txt"),
  ]

  @Test(arguments: demands)
  func `every word is in a golden file`(_ demand: Demand) throws {
    var found: Set<String> = []
    for file in demand.files {
      for cell in try FindingsGolden.cells(demand.column, in: file) {
        found.insert(cell)
        found.formUnion(cell.split(separator: " ").map(String.init))
      }
    }
    let missing = demand.words.filter { !found.contains($0) && demand.exceptions[$0] == nil }
    #expect(missing.isEmpty, "\(demand): \(missing) in none of \(demand.files)")
    // An exception that is none any more goes.
    let needless = demand.exceptions.keys.filter(found.contains)
    #expect(needless.isEmpty, "\(demand): \(needless)")
  }

  @Test func `every rule has a violation`() throws {
    let found = try FindingsGolden.cells("rule", in: "compliance.txt")
    let missing = try Night.queries()[.rules].map(\.name).filter { !found.contains($0) }
    #expect(missing.isEmpty, "\(missing)")
  }

  /// Reasons for which a budget or a threshold is not judged, in the words that users read.
  @Test(arguments: [
    "a daily budget has no forecast", "the budget begins on", "the budget ended on",
    "there is nothing to divide by", "a share or a unit cost has no burn rate",
    "the history is shorter than the longest window", "the history is too short for a forecast",
    "the bills have no net costs", "its query: ", "is not supported: ",
    "the bills are in USD, the budget is in EUR", "an even pace is",
  ])
  func `every reason of a budget is in a golden file`(words: String) throws {
    let found = try ["budgets.txt", "case-budgets.txt"].contains { file in
      try FindingsGolden.cells("message", in: file).contains { $0.contains(words) }
    }
    #expect(found)
  }

  @Test(arguments: [
    ("hidden_by", "case-anomalies.txt"), ("feedback", "case-anomalies.txt"),
    ("suppressed_reason", "case-recommendations.txt"),
  ])
  func `a column that is mostly empty is filled once`(_ column: String, _ file: String) throws {
    #expect(try FindingsGolden.cells(column, in: file).contains { !$0.isEmpty })
  }

  @Test func `what is too new to forecast is named, and has no interval`() throws {
    #expect(
      try FindingsGolden.cells("name", in: "case-forecasts.txt").contains(CostForecast.tooNew))
    #expect(
      try FindingsGolden.cells("interval_known", in: "case-forecasts.txt")
        == ["interval", "no interval"])
  }
}
