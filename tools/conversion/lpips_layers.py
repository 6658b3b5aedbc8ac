"""LPIPS's weights, out of torchvision's and the package's."""

from cases import Case, drawn

LAYERS = [(0, 3, 4, 11), (3, 4, 5, 5), (6, 5, 6, 3), (8, 6, 7, 3), (10, 7, 8, 3)]


class LPIPS(Case):
    def setUp(self):
        super().setUp()
        self.draw(36, 40)
        self.classifier = {"classifier.6.bias": drawn("classifier.6.bias", (10,))}
        linear = {}
        for stage, (number, inner, out, kernel) in enumerate(LAYERS):
            name = f"features.{number}"
            self.classifier |= {
                f"{name}.weight": drawn(f"{name}.weight", (out, inner, kernel, kernel)),
                f"{name}.bias": drawn(f"{name}.bias", (out,))}
            linear[f"lin{stage}.model.1.weight"] = drawn(f"lin{stage}", (1, out, 1, 1))
        self.folder.save(self.classifier, "alexnet.pth")
        self.folder.save(linear, "alex.pth")

    def convert(self, *arguments):
        return self.folder.convert(*arguments, "--lpips", "alex.pth", "-o", "lpips.safetensors")

    def test_layers_become_a_metric(self):
        self.succeeds(self.convert("alexnet.pth"))
        said = self.succeeds(self.folder.limpid("inspect", "lpips.safetensors")).stdout
        self.assertIn("LPIPS", said)
        measured = self.succeeds(self.folder.limpid(
            "metrics", "in.png", "in.png", "--lpips", "lpips.safetensors", "-g", "reference",
            "--csv")).stdout
        self.assertEqual(measured.splitlines()[1].split(",")[-1], "0.0")

    def test_other_classifiers_are_refused(self):
        del self.classifier["features.10.weight"], self.classifier["features.10.bias"]
        self.folder.save(self.classifier, "other.pth")
        self.fails(self.convert("other.pth"), "other.pth: these are not the layers of AlexNet")

    def test_layers_of_another_classifier_are_refused(self):
        self.folder.save({"lin0.model.1.weight": drawn("lin0", (1, 9, 1, 1))}, "alex.pth")
        self.assertNotEqual(self.convert("alexnet.pth").returncode, 0)
        self.assertFalse((self.folder / "lpips.safetensors").exists())
