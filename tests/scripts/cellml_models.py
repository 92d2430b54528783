"""Small CellML files, and the slopes of their states written out."""

import math

from infix import component, connection, model, variable as var


# Seconds and volts in the membrane, ms and mV elsewhere; a switch at -40 mV and one at a parameter;
# x / (exp(x) - 1) at -47.13 and 0 mV; gates inside and outside of their current's component; a buffer through its
# derivative; potassium that carries the stimulus; a gate that depends on calcium and V.
STIMULUS = (
    "IstimAmplitude if time >= IstimStart and time - IstimStart - floor((time - IstimStart)/IstimPeriod)"
    "*IstimPeriod <= IstimPulseDuration else 0"
)
CELL = model(
    component("environment", [var("time", "second", public="out")]),
    component(
        "membrane",
        [
            var("time", "second", public="in"),
            var("V", "volt", -0.085, public="out"),
            var("Cm", initial=1),
            var("i_Na", "A_per_F", public="in"),
            var("i_K", "A_per_F", public="in"),
            var("i_Ca", "A_per_F", public="in"),
            var("i_stim", "A_per_F", public="out"),
            var("IstimStart", "second", 0.01),
            var("IstimPeriod", "second", 1),
            var("IstimPulseDuration", "second", 0.001),
            var("IstimAmplitude", "A_per_F", -40),
        ],
        [("D(V)", "-(i_Na + i_K + i_Ca + i_stim)/Cm"), ("i_stim", STIMULUS)],
    ),
    component(
        "sodium",
        [
            var("time", "ms", public="in", private="out"),
            var("V", "mV", public="in", private="out"),
            var("i_Na", "A_per_F", public="out"),
            var("g_Na", initial=12),
            var("m", private="in"),
            var("h", private="in"),
            var("E_Na", "mV"),
            var("RT_F", "mV", 26.71),
            var("Na_o", "mM", 140),
            var("Na_i", "mM", 10),
        ],
        [("E_Na", "RT_F*log(Na_o/Na_i)"), ("i_Na", "g_Na*m**3.0*h*(V - E_Na)")],
    ),
    component(
        "gates",
        [
            var("time", "ms", public="in"),
            var("V", "mV", public="in"),
            var("m", initial=0.001, public="out"),
            var("h", initial=0.99, public="out"),
            var("alpha_m", "per_ms"),
            var("beta_m", "per_ms"),
            var("h_inf"),
            var("tau_h", "ms"),
        ],
        [
            ("alpha_m", "0.32*(V + 47.13)/(1 - exp(-0.1*(V + 47.13)))"),
            ("beta_m", "0.08*exp(-V/20)"),
            ("D(m)", "alpha_m*(1 - m) - beta_m*m"),
            ("h_inf", "1/(1 + exp((V + 70)/6))"),
            ("tau_h", "10 if V < -40 else 1 + 5/cosh((V + 40)/20)"),
            ("D(h)", "(h_inf - h)/tau_h"),
        ],
    ),
    component(
        "potassium",
        [
            var("time", "ms", public="in"),
            var("V", "mV", public="in"),
            var("i_K", "A_per_F", public="out"),
            var("n", initial=0.02),
            var("V_switch", "mV", -31.3),
            var("K_o", "mM", 5.4),
            var("g_K", initial=0.3),
            var("E_K", "mV"),
            var("i_sum"),
            var("K_i", "mM", 140),
            var("i_stim", "A_per_F", public="in"),
        ],
        [
            ("D(n)", "(1/(1 + exp(-(V + 20)/10)) - n)/(5 if V < V_switch else 30 - 20*tanh(V/25))"),
            ("E_K", "26.71*log(K_o/K_i)"),
            ("i_sum", "i_K + i_stim"),
            ("D(K_i)", "-1e-5*i_sum"),
            (
                "i_K",
                "g_K*sqrt(K_o/5.4)*n**4*(V - E_K) + 0.05*(V - E_K)/(1 + exp((V + 30)/15)) + 0.02*V/(exp(V/25) - 1)"
                " - 0.5*log10(10)",
            ),
        ],
    ),
    component(
        "calcium",
        [
            var("time", "ms", public="in"),
            var("V", "mV", public="in"),
            var("i_Ca", "A_per_F", public="out"),
            var("Ca", "mM", 2e-4),
            var("B", "mM", 0.01),
            var("fCa", initial=0.9),
            var("tau_f", "ms"),
            var("n_hill", initial=1.7),
            var("d", initial=0.0),
        ],
        [
            ("i_Ca", "0.06*d*fCa*(V - 60)"),
            ("D(d)", "(1/(1 + exp(-(V + 10)/6)) - d)/(1.5 + 1/(1 + abs(V + 10)))"),
            ("tau_f", "2 + 10*exp(-(V/30)**2)"),
            ("D(fCa)", "(1/(1 + (Ca/0.0006)**n_hill) - fCa)/tau_f"),
            ("D(B)", "30*Ca*(0.05 - B) - 0.02*B"),
            ("D(Ca)", "-1e-4*i_Ca - 0.05*min(Ca - 1e-4, 1.0) - D(B)"),
        ],
    ),
    '<group><relationship_ref relationship="encapsulation"/><component_ref component="sodium">'
    '<component_ref component="gates"/></component_ref></group>',
    connection("environment", "membrane", "time"),
    connection("environment", "sodium", "time"),
    connection("sodium", "gates", "time", "V", "m", "h"),
    connection("membrane", "sodium", "V", "i_Na"),
    connection("environment", "potassium", "time"),
    connection("potassium", "membrane", "V", "i_K", "i_stim"),
    connection("environment", "calcium", "time"),
    connection("membrane", "calcium", "V", "i_Ca"),
    version="1.1",
)


def cell_slopes(y):
    """The same in mV and ms."""
    V, m, h, n, K_i, Ca, B, fCa, d = y
    x = 0.1 * (V + 47.13)
    alpha = 3.2 * (x / -math.expm1(-x) if x else 1.0)
    beta = 0.08 * math.exp(-V / 20)
    tau_h = 10 if V < -40 else 1 + 5 / math.cosh((V + 40) / 20)
    tau_n = 5 if V < -31.3 else 30 - 20 * math.tanh(V / 25)
    E_K = 26.71 * math.log(5.4 / K_i)
    i_Na = 12 * m**3 * h * (V - 26.71 * math.log(14))
    i_K = (
        0.3 * n**4 * (V - E_K)
        + 0.05 * (V - E_K) / (1 + math.exp((V + 30) / 15))
        - 0.5
        + 0.02 * (V / math.expm1(V / 25) if V else 25.0)
    )
    i_Ca = 0.06 * d * fCa * (V - 60)
    dB = 30 * Ca * (0.05 - B) - 0.02 * B
    return [
        -(i_Na + i_K + i_Ca),
        alpha * (1 - m) - beta * m,
        (1 / (1 + math.exp((V + 70) / 6)) - h) / tau_h,
        (1 / (1 + math.exp(-(V + 20) / 10)) - n) / tau_n,
        -1e-5 * i_K,
        -1e-4 * i_Ca - 0.05 * (Ca - 1e-4) - dB,
        dB,
        (1 / (1 + (Ca / 0.0006) ** 1.7) - fCa) / (2 + 10 * math.exp(-((V / 30) ** 2))),
        (1 / (1 + math.exp(-(V + 10) / 6)) - d) / (1.5 + 1 / (1 + abs(V + 10))),
    ]


# Dimensionless, with the potential as a linear function of the state and a stimulus that only its time betrays.
SCALED = [
    var("t", "ms", public="out"),
    var("u", initial=0),
    var("w", initial=0),
    var("Vm", "mV"),
    var("V_r", "mV", -80),
    var("V_p", "mV", 20),
    var("drive"),
    var("a", initial=0.13),
]


def scaled(vm="V_r + u*(V_p - V_r)", time="t", more=(), equations=(), kind="mV"):
    text = [v.replace('name="Vm" units="mV"', f'name="Vm" units="{kind}"') for v in SCALED] + list(more)
    return model(
        component(
            "all",
            text,
            [
                ("D(u)", "0.26*u*(u - a)*(1 - u) - 0.1*u*w - drive"),
                ("D(w)", "0.013*(u - w)"),
                ("Vm", vm),
                ("drive", "(-0.4 if t < 1 else 0)"),
            ]
            + list(equations),
        ).replace("<ci>time</ci>", f"<ci>{time}</ci>")
    )


# Every function and form that the other files do not have: the potential relaxes under their sum.
FUNCTIONS = [
    "0.1*V",
    "min(0.5*n, 0.3, n) + max(n, 0.2)",
    "cbrt(8 + n) + log10(100 + n)",
    "sinh(V/40) / 20",
    "(0.5 if (V > -20 and n > 0.1) or not n <= 0.9 else -0.5)",
    "n**p - (n + 1)**7 / 100 + (n + 2)**-2 + n**0.5",
    "2**n + a**(n/3)",
    "0.02*(exp(0.05*(V + 30)) - 1)/(V + 30)",
    "(V - 7)*n/(exp((V - 7)/9) - 1)/40",
    "three*n + rational*exponential - b_c",
    "(0.2 if V == 1000 or V != V else 0.1)",
    "exp(-exponentiale)*q/(q + 1)",
    "sin(V/9) * cos(3*n) / (2 + tan(n)) + acos(n - 0.5) / 20 + asin(V/(90 + abs(V))) / 10",
    "atan(V/12) / 10 + asinh(V/30) * acosh(1.5 + n) * atanh(n/2) / 9",
]
FORMS = model(
    component("clock", [var("time", "ms", public="out")]),
    component(
        "all",
        [
            var("time", "ms", public="in"),
            var("V", "mV", -60),
            var("n", initial="n_0"),
            var("n_0", initial=0.3),
        ]
        + [var(f"f{i}", "uA_per_cm2") for i in range(len(FUNCTIONS))]
        + [var("p", initial=1.3), var("a", initial=5), var("three"), var("rational"), var("exponential")]
        + [var("c", public="in"), var("b_c"), var("q", initial=0.5), var("exponentiale")],
        [(f"f{i}", text) for i, text in enumerate(FUNCTIONS)]
        + [
            ("D(V)", "-(" + " + ".join(f"f{i}" for i in range(len(FUNCTIONS))) + ")"),
            ("D(n)", "0.05*(0.8 - n)*n*n"),
        ]
        + [("three", "floor(3.7)"), ("rational", "0.75"), ("exponential", "1.5e-5"), ("b_c", "2*c")]
        + [("exponentiale", "1"), ("D(q)", "0.1*(1 - q)/(1 + q)")],
    ),
    component("other", [var("c", public="out", initial=0.01), var("V", "mV", 3)]),
    connection("clock", "all", "time"),
    connection("other", "all", "c"),
).replace(
    '<cn cellml:units="dimensionless">0.75</cn>',
    '<cn type="rational" cellml:units="dimensionless">3<sep/>4</cn>',
)


# A release channel whose opening goes with the fourth power of a signal that is small at rest: the rate is 0.0002/ms
# there and 1600/ms in an action potential. Calcium behind it is buffered, so that its rate changes by itself.
RELEASE = model(
    component("clock", [var("time", "ms", public="out")]),
    component(
        "all",
        [
            var("time", "ms", public="in"),
            var("V", "mV", -75),
            var("w", initial=0),
            var("c", initial=0.15),
            var("C", initial=0.7),
            var("O", initial=0),
            var("I", initial=0.3),
            var("z", "mM", 1e-4),
            var("close", "per_ms", 0.3),
            var("open", "per_ms"),
        ],
        [
            ("D(V)", "-(0.0007*(V + 75)*(V + 52)*(V - 28) + 18*w + 0.03*O*(V + 75) + 60*z)"),
            ("D(w)", "0.006*((V + 75)/18 - w)"),
            ("D(c)", "(0.15 + 8/(1 + exp(-V/6)) - c)/3"),
            ("open", "0.4*c**4"),
            ("D(C)", "close*O - open*C"),
            ("D(O)", "open*C - close*O - 0.02*c*O + 0.004*I"),
            ("D(I)", "0.02*c*O - 0.004*I"),
            ("D(z)", "(0.4*O - 30*(z - 0.0001))/(1 + 0.002/(0.003 + z)**2)"),
        ],
    ),
    connection("clock", "all", "time"),
)


def release_slopes(y):
    V, w, c, C, O, I, z = y
    opening = 0.4 * c**4 * C
    return [
        -(0.0007 * (V + 75) * (V + 52) * (V - 28) + 18 * w + 0.03 * O * (V + 75) + 60 * z),
        0.006 * ((V + 75) / 18 - w),
        (0.15 + 8 / (1 + math.exp(-V / 6)) - c) / 3,
        0.3 * O - opening,
        opening - 0.3 * O - 0.02 * c * O + 0.004 * I,
        0.02 * c * O - 0.004 * I,
        (0.4 * O - 30 * (z - 0.0001)) / (1 + 0.002 / (0.003 + z) ** 2),
    ]
