using UnrealBuildTool;

public class VoxrigEditor : ModuleRules
{
	public VoxrigEditor(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;
		CppStandard = CppStandardVersion.Cpp20;
		bEnableExceptions = false;

		PublicDependencyModuleNames.AddRange(new string[]
		{
			"AnimGraph",
			"Core",
			"CoreUObject",
			"Engine",
			"VoxrigRuntime",
		});
		PrivateDependencyModuleNames.AddRange(new string[]
		{
			"AssetRegistry",
			"BlueprintGraph",
			"DesktopPlatform",
			"LiveLinkInterface",
			"Projects",
			"PropertyEditor",
			"PythonScriptPlugin",
			"Slate",
			"SlateCore",
			"ToolMenus",
			"UnrealEd",
		});
	}
}
