// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who may see whom. A module is named by its folder, which ArchUnit tells by where a class was read from. */
class ArchitectureTest {
    /** The modules of ours that each module may use. */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            entry("api", Set.of()),
            entry("spi", Set.of("api")),
            entry("native-support", Set.of()),
            entry("test-support", Set.of("native-support")),
            entry("backend-tck", Set.of("api", "spi")),
            entry("agent", Set.of("api", "spi")),
            entry("guice", Set.of("api", "spi", "agent")),
            entry("backend-memory", Set.of("api", "spi")),
            entry("backend-ucx", Set.of("api", "spi", "native-support")),
            entry("backend-posix", Set.of("api", "spi", "native-support")),
            entry("backend-gds", Set.of("api", "spi", "native-support")),
            entry("metadata-etcd", Set.of("api", "spi")),
            entry("cli", Set.of("api", "spi", "agent")),
            entry("examples", Set.of("api", "spi", "guice")));

    private static final Set<String> JAVA_BASE = Object.class.getModule().getPackages();

    private static final Pattern FOLDER = Pattern.compile("/([^/]+)/target/");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/it-tests/target/"))
            .importPackages("io.jnixl");

    @Test
    void everyModuleIsLookedAt() {
        Set<String> seen = CLASSES.stream().map(ArchitectureTest::module).collect(Collectors.toSet());
        assertThat(seen).containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
    }

    @Test
    void modulesUseOnlyWhatTheyMay() {
        classes()
                .should(dependOn(
                        "only modules they may see",
                        (user, used) -> module(user).equals(module(used))
                                || ALLOWED.get(module(user)).contains(module(used))))
                .check(CLASSES);
    }

    @Test
    void internalPackagesStayInTheirModule() {
        classes()
                .should(dependOn(
                        "no other module's internals",
                        (user, used) -> !(used.getPackageName() + ".").contains(".internal.")
                                || module(user).equals(module(used))))
                .check(CLASSES);
    }

    @Test
    void aPackageBelongsToOneModule() {
        Map<String, Set<String>> modules = CLASSES.stream()
                .collect(Collectors.groupingBy(
                        JavaClass::getPackageName, Collectors.mapping(ArchitectureTest::module, Collectors.toSet())));
        assertThat(modules).allSatisfy((name, owners) -> assertThat(owners).hasSize(1));
    }

    @Test
    void theApiNeedsNothingButJavaBase() {
        classes()
                .that(areIn("api"))
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.describe("are in java.base, api or jspecify", used -> {
                    JavaClass type = used.getBaseComponentType();
                    return type.isPrimitive()
                            || JAVA_BASE.contains(type.getPackageName())
                            || type.getPackageName().equals("io.jnixl.api")
                            || type.getPackageName().startsWith("io.jnixl.api.")
                            || type.getPackageName().equals("org.jspecify.annotations");
                }))
                .check(CLASSES);
    }

    @Test
    void guiceIsUsedInItsModuleOnly() {
        noClasses()
                .that(areIn("guice").or(areIn("examples")).negate())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.inject..", "jakarta.inject..")
                .check(CLASSES);
    }

    @Test
    void jucxIsUsedByTheUcxBackendOnly() {
        noClasses()
                .that(areIn("backend-ucx").negate())
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.openucx..")
                .check(CLASSES);
    }

    @Test
    void etcdIsUsedByItsExchangeOnly() {
        noClasses()
                .that(areIn("metadata-etcd").negate())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.etcd..", "io.grpc..", "com.google.protobuf..")
                .check(CLASSES);
    }

    @Test
    void noByteBufferCrossesTheSpi() {
        classes()
                .that()
                .resideInAPackage("io.jnixl.spi")
                .and()
                .arePublic()
                .should(new ArchCondition<>("show no ByteBuffer") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        for (JavaMember member : type.getMembers()) {
                            boolean shown = member.getModifiers().contains(JavaModifier.PUBLIC)
                                    || member.getModifiers().contains(JavaModifier.PROTECTED);
                            boolean buffer = member.getAllInvolvedRawTypes().stream()
                                    .anyMatch(involved -> involved.isAssignableTo(ByteBuffer.class));
                            if (shown && buffer) {
                                events.add(SimpleConditionEvent.violated(
                                        member, member.getFullName() + " has a ByteBuffer in its signature"));
                            }
                        }
                    }
                })
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> areIn(String module) {
        return DescribedPredicate.describe(
                "are in " + module, type -> module(type).equals(module));
    }

    /** Looks at the uses of our own classes only. */
    private static ArchCondition<JavaClass> dependOn(String what, BiPredicate<JavaClass, JavaClass> allowed) {
        return new ArchCondition<>("depend on " + what) {
            @Override
            public void check(JavaClass user, ConditionEvents events) {
                for (Dependency use : user.getDirectDependenciesFromSelf()) {
                    JavaClass used = use.getTargetClass().getBaseComponentType();
                    if (used.getPackageName().startsWith("io.jnixl.") && !allowed.test(user, used)) {
                        events.add(SimpleConditionEvent.violated(user, use.getDescription()));
                    }
                }
            }
        };
    }

    private static String module(JavaClass type) {
        String source = type.getSource().orElseThrow().getUri().toString();
        Matcher folder = FOLDER.matcher(source);
        assertThat(folder.find()).as(source).isTrue();
        return folder.group(1);
    }
}
