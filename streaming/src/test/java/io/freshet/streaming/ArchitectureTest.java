package io.freshet.streaming;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.freshet.streaming", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule streamingLeavesTensorsToTheModel =
      noClasses().should().dependOnClassesThat().resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule streamingKnowsNoPlaceWhereItRuns =
      noClasses().should().dependOnClassesThat().resideInAPackage("io.freshet.local..");

  @ArchTest
  static final ArchRule onlyTheEdgeKnowsTheConnector =
      classes()
          .that()
          .resideInAnyPackage(
              "io.freshet.streaming.recommendation..",
              "io.freshet.streaming.training..",
              "io.freshet.streaming.embedding..",
              "io.freshet.streaming.rounds..")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages("org.apache.kafka..", "org.apache.flink.connector.kafka..");
}
