/// What is asked of bills for many budgets goes into few statements, each of which reads the bills once.
enum BudgetBatches {
  /// Questions in one statement at most; each is a column of it or two.
  private static let size = 24

  /// - Parameter isAlone: whether each question has a statement of its own.
  static func of<Question>(_ questions: [Question], isAlone: Bool = false) -> [[Question]] {
    let size = isAlone ? 1 : size
    return stride(from: 0, to: questions.count, by: size).map {
      Array(questions[$0..<min($0 + size, questions.count)])
    }
  }
}
