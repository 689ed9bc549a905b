"""`predict` keeps a first choice before an experiment; `recall` quotes it back when the answer is seen."""

from __future__ import annotations

from bookutils.core.errors import BookError
from bookutils.core.messages import _
from bookutils.core.settings import is_static
from bookutils.exercises.catalogue import find_prediction
from bookutils.feedback import store
from bookutils.feedback.rendering import Card
from bookutils.judging.model import Prediction


def predict(id: str, choice: str | None = None) -> None:
    """Ask a question before its experiment. The first choice is kept, and never graded. Taught in chapter 00.

    Parameters
    ----------
    id : the prediction's name
    choice : the key of an option, where there is no mouse and no widget; otherwise choose by clicking
    """
    prediction = _find(id)
    if prediction is None:
        return
    kept = store.kept_prediction(id)
    if choice is not None:
        _keep(prediction, choice, kept).show()
    elif kept is not None and kept in prediction.options:
        _kept_card(prediction, kept).show()
    elif is_static():
        _question_card(prediction).show()
    else:
        _ask(prediction)


def recall(id: str) -> None:
    """Quote the learner's prediction back, beside what was seen.

    Parameters
    ----------
    id : the prediction's name
    """
    prediction = _find(id)
    if prediction is None:
        return
    kept = store.kept_prediction(id)
    right = next(option for option in prediction.options.values() if option.right)
    if kept is None or kept not in prediction.options:
        Card(_("You made no prediction here."), (_("What happens: {text}").format(text=right.text), right.says)).show()
        return
    option = prediction.options[kept]
    heading = _("You predicted: {text}").format(text=option.text)
    if option.right:
        Card(heading, (_("That is what happens. {says}").format(says=option.says),), tone="good").show()
    else:
        happens = _("What happens: {text} {says}").format(text=right.text, says=right.says)
        Card(heading, (option.says, happens)).show()


def _find(id: str) -> Prediction | None:
    try:
        return find_prediction(id)[1]
    except BookError as error:
        Card(str(error), tone="bad").show()
        return None


def _keep(prediction: Prediction, choice: str, kept: str | None) -> Card:
    if kept is not None and kept in prediction.options:
        return _kept_card(prediction, kept)
    if choice not in prediction.options:
        keys = ", ".join(repr(key) for key in prediction.options)
        return Card(
            _("There is no option {choice!r}; choose one of {keys}.").format(choice=choice, keys=keys), tone="bad"
        )
    store.remember("predictions", prediction.id, choice)
    return _kept_card(prediction, choice)


def _kept_card(prediction: Prediction, key: str) -> Card:
    heading = _("Kept. You predict: {text}").format(text=prediction.options[key].text)
    return Card(heading, (_("Now run the experiment."),), tone="good")


def _question_card(prediction: Prediction) -> Card:
    items = tuple(f"{key}: {option.text}" for key, option in prediction.options.items())
    how = _("Choose before you run on: run this cell, or type `predict({id!r}, {key!r})`.").format(
        id=prediction.id, key=next(iter(prediction.options))
    )
    return Card(prediction.question, (how,), items)


def _ask(prediction: Prediction) -> None:
    """Show buttons, one a line, that work from the keyboard; what was kept is said below them."""
    import ipywidgets
    from IPython.display import display

    said = ipywidgets.HTML()
    buttons: list[ipywidgets.Button] = []

    def choose(key: str) -> None:
        kept = store.kept_prediction(prediction.id)
        said.value = _keep(prediction, key, kept).html()
        for button in buttons:
            button.disabled = True

    for key, option in prediction.options.items():
        button = ipywidgets.Button(
            description=option.text, tooltip=option.text,
            layout=ipywidgets.Layout(width="auto", min_width="20em", max_width="48em", height="auto"),
        )  # fmt: skip
        button.on_click(lambda _button, key=key: choose(key))
        buttons.append(button)
    question = ipywidgets.HTML(Card(prediction.question).html())
    display(ipywidgets.VBox([question, *buttons, said]))
