/// Every registered case: the ones of single ops, of small graphs and of the fuzzer.
package enum AllCases {
  package static let all: [any ExecutorCase] = OpCases.all + GraphCases.all + FuzzCases.all
}
