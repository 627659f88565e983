// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same rules: Swift 6, strict memory safety, no warning survives.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A module and the modules it may import; `Tests/ArchitectureTests` holds the sources to this graph.
func module(_ name: String, _ dependencies: [String] = [], plugins: [Target.PluginUsage] = [])
  -> Target
{
  .target(
    name: name,
    dependencies: dependencies.map { .init(stringLiteral: $0) },
    swiftSettings: settings,
    plugins: plugins)
}

/// Tests are never optimized themselves: in release mode what they test is, and they compile sooner.
func tests(_ name: String, _ dependencies: [String]) -> Target {
  .testTarget(
    name: name,
    dependencies: dependencies.map { .init(stringLiteral: $0) },
    swiftSettings: settings + [.unsafeFlags(["-Onone"], .when(configuration: .release))])
}

/// In release mode the program has the Swift runtime and Foundation in it. Its link alone says so:
/// with `--static-swift-stdlib` every module would be compiled once more than for the tests.
let selfContained: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-static-stdlib", "-lFoundation", "-lCoreFoundation", "-lFoundationEssentials",
      "-l_FoundationCollections", "-l_FoundationICU", "-l_FoundationCShims",
    ],
    .when(platforms: [.linux], configuration: .release))
]

let package = Package(
  name: "kakeibo",
  products: [.executable(name: "kakeibo", targets: ["kakeibo"])],
  targets: [
    // Values and files.
    .systemLibrary(name: "CZlib", path: "Sources/CZlib"),
    .systemLibrary(name: "CIntrinsics", path: "Sources/CIntrinsics"),
    module("Columns"),
    module("Files"),

    // Hot loops, SQL text, byte streams.
    module("Kernels", ["Columns"]),
    module("SQL"),
    module("Compression", ["CZlib", "Files"]),

    // File formats and the table log.
    module("TextFormats", ["CIntrinsics", "Columns", "Files"]),
    module("Parquet", ["Columns", "Files", "Compression"]),
    module("Delta", ["Columns", "Files", "Compression", "Parquet", "TextFormats"]),

    // The query engine.
    module("Planning", ["Columns", "Kernels", "SQL"]),
    module("Execution", ["Columns", "Files", "Kernels", "SQL", "Planning"]),
    module(
      "Warehouse",
      [
        "Columns", "Files", "Kernels", "SQL", "Compression", "TextFormats", "Parquet", "Delta",
        "Planning", "Execution",
      ]),

    // Reports in, findings out.
    .plugin(
      name: "EmbedPlugin", capability: .buildTool(), dependencies: ["embed"],
      path: "Sources/EmbedPlugin"),
    .executableTarget(name: "embed", swiftSettings: settings),
    module("Reports", ["Columns", "Files", "SQL", "TextFormats"], plugins: ["EmbedPlugin"]),
    module("Forecasting", ["Columns"]),
    module("Buckets", ["Columns", "Files", "TextFormats"]),
    module(
      "Ingestion",
      [
        "Columns", "Files", "SQL", "Compression", "TextFormats", "Parquet", "Warehouse", "Reports",
        "Buckets",
      ]),
    module(
      "Evaluators",
      [
        "Columns", "Files", "SQL", "Compression", "TextFormats", "Warehouse", "Reports",
        "Forecasting",
      ]),
    module("Alerts", ["Columns", "Files", "TextFormats", "Warehouse"]),
    module("Dashboards", ["Columns", "Files", "TextFormats", "Warehouse", "Reports"]),
    module("SampleData", ["Files", "Compression", "TextFormats"]),
    module("Shell", ["SQL", "TextFormats"]),

    // The nightly batch and the command line.
    module(
      "Nightly",
      [
        "Columns", "Files", "TextFormats", "Warehouse", "Reports", "Ingestion", "Evaluators",
        "Alerts", "Dashboards",
      ]),
    .executableTarget(
      name: "kakeibo",
      dependencies: [
        "Columns", "SQL", "Files", "TextFormats", "Warehouse", "Reports", "Ingestion", "Evaluators",
        "Alerts", "Dashboards", "SampleData", "Nightly", "Shell",
      ],
      swiftSettings: settings,
      linkerSettings: selfContained),

    // How fast Parquet files are decoded, beside pyarrow: Tests/Peers/reading_speed.py.
    .executableTarget(
      name: "DecodeParquet", dependencies: ["Columns", "Parquet"],
      path: "Tests/Benchmarks/DecodeParquet", swiftSettings: settings),

    .target(
      name: "TestSupport", dependencies: ["Columns", "Files"], path: "Tests/TestSupport",
      swiftSettings: settings),
    // What libFuzzer runs (`./dev fuzz`), and the tests that replay it.
    .target(
      name: "Fuzzing",
      dependencies: [
        "Columns", "Files", "Compression", "CZlib", "TextFormats", "Parquet", "Delta", "SQL",
        "Reports",
      ],
      path: "Tests/Fuzzing/Targets", swiftSettings: settings),
    tests("FuzzingTests", ["TestSupport", "Fuzzing", "Files"]),
    tests("FilesTests", ["TestSupport", "Files"]),
    tests("BucketsTests", ["TestSupport", "Buckets", "Files"]),
    tests("ColumnsTests", ["TestSupport", "Columns"]),
    tests("CompressionTests", ["Compression", "Files", "CZlib"]),
    tests("TextFormatsTests", ["TestSupport", "TextFormats", "Columns", "Files"]),
    tests("ParquetTests", ["TestSupport", "Parquet", "Columns", "Files", "Compression"]),
    tests("DeltaTests", ["TestSupport", "Delta", "Columns", "Files", "Parquet", "TextFormats"]),
    tests("SQLTests", ["TestSupport", "SQL"]),
    tests("KernelsTests", ["TestSupport", "Kernels", "Columns"]),
    tests("PlanningTests", ["Planning", "Columns", "Kernels", "SQL"]),
    tests(
      "ExecutionTests",
      ["TestSupport", "Execution", "Columns", "Files", "Kernels", "SQL", "Planning"]),
    tests(
      "WarehouseTests", ["TestSupport", "Warehouse", "Columns", "Files", "SQL", "Delta", "Parquet"]),
    tests("ReportsTests", ["Reports", "Columns", "Files", "TextFormats"]),
    tests(
      "IngestionTests",
      [
        "TestSupport",
        "Ingestion", "Columns", "Files", "Compression", "TextFormats", "Parquet", "Warehouse",
        "Reports",
      ]),
    tests("ForecastingTests", ["Forecasting"]),
    tests("ShellTests", ["Shell", "TextFormats"]),
    tests(
      "EvaluatorsTests",
      [
        "TestSupport", "Evaluators", "Columns", "Files", "TextFormats", "Warehouse", "Reports",
        "Forecasting",
      ]),
    tests("AlertsTests", ["Alerts", "Columns", "Files", "TextFormats", "Warehouse"]),
    tests("DashboardsTests", ["Dashboards", "Columns", "Files", "TextFormats", "Warehouse"]),
    tests("SampleDataTests", ["SampleData", "Files", "Compression", "TextFormats"]),
    tests(
      "NightlyTests",
      [
        "Nightly", "Columns", "Files", "TextFormats", "Warehouse", "Reports", "Ingestion",
        "Evaluators", "Alerts", "Dashboards", "SampleData",
      ]),
    tests("ReferenceTests", ["Warehouse", "Columns", "TestSupport"]),
    tests("GoldenTests", ["Warehouse", "Columns", "Execution", "Kernels", "SQL", "TextFormats"]),
    // They start the program, which is built with all tests; with a dependency on it they would be linked
    // as it is, and the testing library has no static form.
    tests("CommandLineTests", ["Files", "SampleData"]),
    tests("ArchitectureTests", []),
  ]
)
