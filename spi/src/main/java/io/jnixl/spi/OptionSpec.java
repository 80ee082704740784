// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One option: its name, type, default and documentation, readable without making a backend. Immutable; the {@code with}
 * methods answer a changed copy.
 *
 * <p>Values are written as text everywhere; {@link #parse} is the one place where text becomes a value.
 *
 * @param <T> type of the value
 * @since 0.1
 */
public final class OptionSpec<T> {
    private final String name;
    private final String doc;
    private final String type;
    private final Function<String, T> parser;
    private final @Nullable String defaultText;
    private final boolean required;
    private final boolean secret;
    private final @Nullable String nativeName;

    private OptionSpec(
            String name,
            String doc,
            String type,
            Function<String, T> parser,
            @Nullable String defaultText,
            boolean required,
            boolean secret,
            @Nullable String nativeName) {
        this.name = Objects.requireNonNull(name, "name");
        this.doc = Objects.requireNonNull(doc, "doc");
        this.type = type;
        this.parser = parser;
        this.defaultText = defaultText;
        this.required = required;
        this.secret = secret;
        this.nativeName = nativeName;
        if (!name.matches("[a-z][a-z0-9_]*")) {
            throw new IllegalArgumentException("option name \"" + name + "\" must be lower case, digits and _");
        }
    }

    private static <T> OptionSpec<T> of(String name, String doc, String type, Function<String, T> parser) {
        return new OptionSpec<>(name, doc, type, parser, null, false, false, null);
    }

    /** Any text. */
    public static OptionSpec<String> string(String name, String doc) {
        return of(name, doc, "text", s -> s);
    }

    /** {@code y yes on 1 true enable} or {@code n no off 0 false disable}, in any case: native NIXL's words. */
    public static OptionSpec<Boolean> bool(String name, String doc) {
        return of(name, doc, "boolean", Parsers::bool);
    }

    /** A whole number in a range, decimal or hexadecimal with {@code 0x}. */
    public static OptionSpec<Integer> integer(String name, String doc, int min, int max) {
        return of(name, doc, "number from " + min + " to " + max, s -> Math.toIntExact(Parsers.number(s, min, max)));
    }

    /** A number of bytes: {@code 4096}, {@code 64K}, {@code 16MiB}, {@code 2G}; units are powers of 1024. */
    public static OptionSpec<Long> bytes(String name, String doc, long min, long max) {
        return of(name, doc, "bytes", s -> Parsers.bytes(s, min, max));
    }

    /** A time span: {@code 250us}, {@code 200ms}, {@code 2s}, {@code 1m}, or ISO-8601. */
    public static OptionSpec<Duration> duration(String name, String doc) {
        return of(name, doc, "duration", Parsers::duration);
    }

    /** A path in the default file system. */
    public static OptionSpec<Path> path(String name, String doc) {
        return of(name, doc, "path", s -> {
            try {
                return Path.of(s);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        });
    }

    /** A list of words, separated by commas or blanks; empty ones are dropped. */
    public static OptionSpec<List<String>> words(String name, String doc) {
        return of(
                name,
                doc,
                "list",
                s -> Arrays.stream(s.split("[,\\s]+")).filter(w -> !w.isEmpty()).toList());
    }

    /** One of an enum's constants, written in lower case. */
    public static <E extends Enum<E>> OptionSpec<E> choice(String name, String doc, Class<E> constants) {
        List<String> words = Arrays.stream(constants.getEnumConstants())
                .map(c -> c.name().toLowerCase(Locale.ROOT))
                .toList();
        return of(name, doc, "one of " + String.join(", ", words), s -> {
            int index = words.indexOf(s.toLowerCase(Locale.ROOT));
            if (index < 0) {
                throw new IllegalArgumentException("expected one of " + String.join(", ", words));
            }
            return constants.getEnumConstants()[index];
        });
    }

    /** The same with a default, which must parse. */
    public OptionSpec<T> withDefault(String text) {
        var _ = parser.apply(text);
        return new OptionSpec<>(name, doc, type, parser, text, false, secret, nativeName);
    }

    /** The same, to be given by the user. */
    public OptionSpec<T> required() {
        return new OptionSpec<>(name, doc, type, parser, null, true, secret, nativeName);
    }

    /** The same, masked wherever it is shown. */
    public OptionSpec<T> secret() {
        return new OptionSpec<>(name, doc, type, parser, defaultText, required, true, nativeName);
    }

    /**
     * The same, which may be given as native NIXL's settings are, too: by the environment variable of this name, or by this key of
     * native's file {@code nixl.cfg}. Only where it means the same there, and is written the same way. Whoever gives the option by its own
     * name beats both.
     *
     * @param variable such as {@code NIXL_ETCD_ENDPOINTS}
     */
    public OptionSpec<T> nativeName(String variable) {
        if (!variable.matches("NIXL_[A-Z0-9_]+")) {
            throw new IllegalArgumentException(
                    "native name \"" + variable + "\" must be NIXL_ and upper case, digits and _");
        }
        return new OptionSpec<>(name, doc, type, parser, defaultText, required, secret, variable);
    }

    /** The name in configuration files: lower case with underscores. */
    public String name() {
        return name;
    }

    /** What it does, in a sentence. */
    public String doc() {
        return doc;
    }

    /** The type in a user's words. */
    public String type() {
        return type;
    }

    /** The default as text, if there is one. */
    public @Nullable String defaultText() {
        return defaultText;
    }

    /** Whether the user must give it. */
    public boolean isRequired() {
        return required;
    }

    /** Whether its value must not be shown. */
    public boolean isSecret() {
        return secret;
    }

    /** Its name in native NIXL's environment and file, if it has one. */
    public @Nullable String nativeName() {
        return nativeName;
    }

    /**
     * The value that a text stands for.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} naming option, text (unless secret) and what was expected
     */
    public T parse(String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException | ArithmeticException e) {
            if (secret) { // neither the cause nor its message: both may quote the value
                throw new NixlException(
                        ErrorCode.INVALID_PARAM, "option " + name + ": the value does not fit (" + type + ")");
            }
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            "option " + name + ": \"" + text + "\" does not fit (" + type + "): " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    @Override
    public String toString() {
        return name + " (" + type + (defaultText == null ? "" : ", default " + defaultText)
                + (required ? ", required" : "") + ")";
    }
}
