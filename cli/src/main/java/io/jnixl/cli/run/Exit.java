// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.run;

/** Exit statuses, for the commands' own help as well. */
public final class Exit {
    public static final int OK = 0;
    public static final int WRONG = 1;
    public static final int ERROR = 2;
    public static final int TIMEOUT = 3;

    public static final String OK_MEANS = "0:all was verified";
    public static final String WRONG_MEANS = "1:wrong bytes, a wrong answer, or a wrong number of notifications";
    public static final String ERROR_MEANS = "2:the command line is wrong, or the library reported an error";
    public static final String TIMEOUT_MEANS = "3:the partner did not come or answer within --timeout, or is gone";

    private Exit() {}
}
