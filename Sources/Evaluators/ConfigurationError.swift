/// A budget, threshold or setting that is not what it should be.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  package let file: String
  /// Where in the file: `Budgets[2].BudgetLimit.Amount`; empty for the file as a whole.
  package let place: String
  /// What was expected and what was found.
  package let message: String

  package init(_ file: String, _ place: String, _ message: String) {
    self.file = file
    self.place = place
    self.message = message
  }

  package var description: String {
    place.isEmpty ? "\(file): \(message)" : "\(file): \(place): \(message)"
  }
}
