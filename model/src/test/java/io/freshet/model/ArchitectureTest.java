package io.freshet.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(packages = "io.freshet", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule schemasKnowNoEngine =
      noClasses()
          .that()
          .resideInAPackage("io.freshet.schemas..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "ai.djl..", "org.apache.flink..", "org.apache.kafka..", "io.freshet.model..");

  @ArchTest
  static final ArchRule modelKnowsNoStreaming =
      noClasses()
          .that()
          .resideInAPackage("io.freshet.model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..", "io.freshet.streaming..");

  @ArchTest
  static final ArchRule modelHasNoCalendar =
      noClasses()
          .that()
          .resideInAPackage("io.freshet.model..")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class);

  @ArchTest
  static final ArchRule valuesKnowNoTensors =
      noClasses()
          .that()
          .resideInAPackage("io.freshet.model")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..", "io.freshet.model.*..");

  /** DJL frees such a number at once: a gradient collected later reads what is there by then. */
  @ArchTest
  static final ArchRule networksMultiplyByArraysThatStay =
      noClasses()
          .that()
          .resideInAPackage("io.freshet.model..")
          .and()
          .haveNameNotMatching(".*\\.Optimizer\\b.*") // what it does has no gradient
          .should()
          .callMethod(NDArray.class, "mul", Number.class)
          .orShould()
          .callMethod(NDArray.class, "div", Number.class);

  /** A manager that is made without a device is on a GPU where there is one. */
  @ArchTest
  static final ArchRule everyArrayIsWhereItWasSaid =
      noClasses()
          .that()
          .resideInAPackage("io.freshet..")
          .should()
          .callMethod(NDManager.class, "newBaseManager");

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().matching("io.freshet.(**)").should().beFreeOfCycles();
}
