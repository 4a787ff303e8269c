package io.scaler;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/** What the packages may know of each other, and where clocks, threads and chance come from. */
@AnalyzeClasses(packages = "io.scaler", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] ANYWHERE = {"java..", "org.jspecify.annotations.."};

  @ArchTest static final ArchRule theModelKnowsNothingElse = knowsOnly("model");

  @ArchTest static final ArchRule thePoolKnowsOnlyTheModel = knowsOnly("pool", "model");

  @ArchTest static final ArchRule permitsKnowOnlyTheModel = knowsOnly("permit", "model");

  @ArchTest static final ArchRule demandKnowsOnlyTheModel = knowsOnly("demand", "model");

  @ArchTest
  static final ArchRule policiesKnowOnlyTheModelAndDemand = knowsOnly("policy", "model", "demand");

  @ArchTest
  static final ArchRule theServiceKnowsOnlyTheDomainAndALog =
      classes()
          .that()
          .resideInAPackage("io.scaler.service..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(ANYWHERE)
                  .or(domain("service", "model", "pool", "permit", "demand", "policy"))
                  .or(resideInAnyPackage("org.slf4j")))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule adaptersDoNotKnowEachOther =
      slices()
          .matching("io.scaler.adapter.(*)..")
          .should()
          .notDependOnEachOther()
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyTheNodeKnowsTheNode =
      noClasses()
          .that()
          .resideInAnyPackage("io.scaler.adapter..", "io.scaler.service..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.scaler.node..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyNodeAndClientReadTheClock =
      nowhereElse(
          uses(System.class, "currentTimeMillis")
              .or(uses(Instant.class, "now"))
              .or(uses(Clock.class, "system.*|tick.*"))
              .or(uses(InstantSource.class, "system")));

  @ArchTest
  static final ArchRule onlyAdaptersMeasureElapsedTimeBesides =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.scaler.node..", "io.scaler.client..", "io.scaler.adapter..")
          .should()
          .accessTargetWhere(uses(System.class, "nanoTime"))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyNodeAndClientCreateChance =
      nowhereElse(
          uses(Random.class, "<init>")
              .or(uses(ThreadLocalRandom.class, "current"))
              .or(uses(Math.class, "random")));

  @ArchTest
  static final ArchRule onlyNodeAndClientCreateThreads =
      nowhereElse(uses(Executors.class, "new.*").or(uses(Thread.class, "<init>")));

  private static ArchRule knowsOnly(String name, String... others) {
    return classes()
        .that()
        .resideInAPackage("io.scaler." + name + "..")
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(ANYWHERE).or(domain(name)).or(domain(others)))
        .allowEmptyShould(true);
  }

  private static DescribedPredicate<JavaClass> domain(String... names) {
    String[] packages = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      packages[i] = "io.scaler." + names[i] + "..";
    }
    return resideInAnyPackage(packages);
  }

  private static ArchRule nowhereElse(DescribedPredicate<JavaAccess<?>> uses) {
    return noClasses()
        .that()
        .resideOutsideOfPackages("io.scaler.node..", "io.scaler.client..")
        .should()
        .accessTargetWhere(uses)
        .allowEmptyShould(true);
  }

  /** Calls and method references; {@code <init>} is the name of constructors. */
  private static DescribedPredicate<JavaAccess<?>> uses(Class<?> owner, String namePattern) {
    return describe(
        "use " + owner.getSimpleName() + "." + namePattern,
        access ->
            access.getTargetOwner().isEquivalentTo(owner) && access.getName().matches(namePattern));
  }
}
