// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.agent.internal.config.Shown;
import io.jnixl.agent.internal.discovery.Found.Broken;
import io.jnixl.agent.internal.discovery.Found.Usable;
import io.jnixl.api.MemoryKind;
import io.jnixl.spi.Availability;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks one provider all questions, each answer checked, whatever it throws caught. */
final class Interview {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MAX_OPTIONS = 1024;
    private static final String AUTHOR = "tell the backend's author, or remove its jar to go without it";

    /** An answer that the contract does not allow. */
    private static final class BadAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        BadAnswer(String message) {
            super(message);
        }
    }

    private final BackendProvider provider;
    private final String origin;
    private String name;
    private String question = "name()";

    private Interview(BackendProvider provider, String origin) {
        this.provider = provider;
        this.origin = origin;
        name = provider.getClass().getName();
    }

    static Found ask(BackendProvider provider, String origin) {
        return new Interview(provider, origin).ask();
    }

    private Found ask() {
        try {
            name = askName();
            question = "memoryKinds()";
            Set<MemoryKind> kinds = askKinds();
            question = "options()";
            List<OptionSpec<?>> options = askOptions();
            question = "preference()";
            int preference = provider.preference();
            question = "excludes()";
            Set<String> excludes = Set.copyOf(answered(provider.excludes()));
            question = "availability()";
            Availability availability = answered(provider.availability());
            return new Usable(provider, name, kinds, options, availability, origin, preference, excludes);
        } catch (BadAnswer e) {
            return new Broken(name, origin, "its " + question + " " + e.getMessage(), AUTHOR, null);
        } catch (Throwable e) {
            Fatal.rethrow(e);
            Diagnosis why = Diagnosis.of(e);
            return new Broken(name, origin, "its " + question + " failed: " + why.reason(), why.remedy(), e);
        }
    }

    /** Whether a provider may call itself so. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    private String askName() throws BadAnswer {
        String answer = answered(provider.name());
        if (!isName(answer)) {
            throw new BadAnswer("answered \"" + Shown.text(answer) + "\"; a name is 1 to 64 letters, digits, _ and -");
        }
        return answer;
    }

    /** Copied here, as a set of another's making may throw or change. */
    private Set<MemoryKind> askKinds() throws BadAnswer {
        Set<MemoryKind> kinds = EnumSet.noneOf(MemoryKind.class);
        for (MemoryKind kind : answered(provider.memoryKinds())) {
            kinds.add(answered(kind));
        }
        return kinds;
    }

    private List<OptionSpec<?>> askOptions() throws BadAnswer {
        List<OptionSpec<?>> options = List.copyOf(answered(provider.options()));
        if (options.size() > MAX_OPTIONS) {
            throw new BadAnswer("answered " + options.size() + " options; " + MAX_OPTIONS + " are the most");
        }
        Set<String> names = new HashSet<>();
        for (OptionSpec<?> option : options) {
            if (!names.add(option.name())) {
                throw new BadAnswer("answered two options named " + Shown.text(option.name()));
            }
        }
        return options;
    }

    private static <T> T answered(@Nullable T answer) throws BadAnswer {
        if (answer == null) {
            throw new BadAnswer("answered null");
        }
        return answer;
    }
}
